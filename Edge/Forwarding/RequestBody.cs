using System.Buffers;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// The client's request body on its way to the upstream: counted, timed, and, while it is short, remembered, so that
/// another target can be tried. Nothing is read before the upstream asks for it.
/// </summary>
internal sealed class RequestBody(Stream client, bool remember) : Stream
{
    /// <summary>Bodies up to this many bytes can be sent again.</summary>
    public const int MaxReplayBytes = 64 * 1024;

    private byte[]? memory;
    private int remembered;
    private int replayed;
    private bool forgotten = !remember;
    private IdleTimeout? idle;
    private Stream? upstream;
    private bool unflushed;

    /// <summary>Bytes that came from the client.</summary>
    public long Received { get; private set; }

    /// <summary>Everything that was taken from the client can be given again.</summary>
    public bool CanReplay => Received == 0 || !forgotten;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From the first byte, for a try that <paramref name="timeout"/> watches (null: that watches itself).</summary>
    public void Begin(IdleTimeout? timeout)
    {
        idle = timeout;
        upstream = null;
        unflushed = false;
        replayed = 0;
    }

    /// <summary>Where the bytes are written to.</summary>
    public void SendTo(Stream stream) => upstream = stream;

    /// <summary>Gives back what was remembered; the exchange is over.</summary>
    public void Release()
    {
        forgotten = true;
        if (memory is { } buffer)
        {
            memory = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (unflushed && upstream is not null)
        {
            // What was read last has been written; the next read may have to wait for the client.
            unflushed = false;
            await upstream.FlushAsync(cancellationToken);
        }

        int left = remembered - replayed;
        if (left > 0)
        {
            int again = Math.Min(left, buffer.Length);
            memory.AsSpan(replayed, again).CopyTo(buffer.Span);
            replayed += again;
            unflushed = again > 0;
            return again;
        }

        ValueTask<int> reading = client.ReadAsync(buffer, cancellationToken);
        int read;
        if (reading.IsCompletedSuccessfully)
        {
            read = reading.Result;
        }
        else
        {
            idle?.WaitingForClient();
            read = await reading;
        }

        if (read > 0)
        {
            Received += read;
            unflushed = true;
            Remember(buffer.Span[..read]);
            idle?.Writing();
        }
        else if (buffer.Length > 0)
        {
            idle?.Written();
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        if (forgotten)
        {
            return;
        }

        if (remembered + bytes.Length > MaxReplayBytes)
        {
            Release();
            remembered = replayed = 0;
            return;
        }

        Grow(remembered + bytes.Length);
        bytes.CopyTo(memory.AsSpan(remembered));
        remembered += bytes.Length;
        replayed = remembered;
    }

    private void Grow(int needed)
    {
        if (memory is not null && memory.Length >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(needed);
        if (memory is { } old)
        {
            old.AsSpan(0, remembered).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(old);
        }

        memory = larger;
    }
}
