using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// A connection to a target for the library's client, which waits by reading into nothing before it reads: two calls to the system,
/// three with the one that found nothing. Here the wait takes what has come into a small buffer, and the read takes it from there.
/// One reader at a time, as with any connection.
/// </summary>
internal sealed class HeldReadStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>Kept by each connection that was ever waited on.</summary>
    private const int HeldBytes = 1024;

    private byte[]? held;
    private int start;
    private int end;

    public override int Read(Span<byte> buffer) => end > start ? TakeHeld(buffer) : base.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (end > start)
        {
            return new ValueTask<int>(TakeHeld(buffer.Span));
        }

        return buffer.IsEmpty ? WaitAsync(cancellationToken) : base.ReadAsync(buffer, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        held ??= GC.AllocateUninitializedArray<byte>(HeldBytes);

        // None: the end, which the next read is told again.
        int count = await base.ReadAsync(held, cancellationToken);
        start = 0;
        end = count;
        return 0;
    }

    private int TakeHeld(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, end - start);
        held.AsSpan(start, count).CopyTo(buffer);
        start += count;
        return count;
    }
}
