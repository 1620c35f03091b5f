namespace Mesh.Edge.Tls;

/// <summary>A client that sends the first bytes of its hello and then nothing, until it is disposed.</summary>
internal sealed class UnfinishedHello : Stream
{
    /// <summary>A record with one byte of a ClientHello's header.</summary>
    private static readonly byte[] Beginning = [22, 3, 1, 0, 1, 1];

    private readonly TaskCompletionSource<int> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int sent;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (sent == Beginning.Length)
        {
            return new ValueTask<int>(end.Task);
        }

        int count = Math.Min(buffer.Length, Beginning.Length - sent);
        Beginning.AsSpan(sent, count).CopyTo(buffer.Span);
        sent += count;
        return ValueTask.FromResult(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        end.TrySetResult(0);
        base.Dispose(disposing);
    }
}
