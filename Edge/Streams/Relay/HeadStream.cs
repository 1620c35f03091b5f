using System.Net.Sockets;

namespace Mesh.Edge.Streams.Relay;

/// <summary>A socket as a stream that first gives the bytes that were read of it already.</summary>
internal sealed class HeadStream(Socket socket, ReadOnlyMemory<byte> head) : NetworkStream(socket, ownsSocket: false)
{
    private ReadOnlyMemory<byte> rest = head;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (rest.IsEmpty)
        {
            return base.ReadAsync(buffer, cancellationToken);
        }

        int taken = Math.Min(buffer.Length, rest.Length);
        rest[..taken].CopyTo(buffer);
        rest = rest[taken..];
        return new ValueTask<int>(taken);
    }
}
