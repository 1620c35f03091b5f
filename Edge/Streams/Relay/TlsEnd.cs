using System.Net.Security;
using System.Net.Sockets;

namespace Mesh.Edge.Streams.Relay;

/// <summary>A connection whose TLS ends here.</summary>
internal sealed class TlsEnd(SslStream stream, Socket socket) : IStreamEnd
{
    /// <summary>Of one TLS record (RFC 8446, section 5.1); a read never gives more.</summary>
    private const int RecordBytes = 16 * 1024;

    public int ChunkBytes => RecordBytes;

    public int HeldBytes => 0;

    public ValueTask<int> WaitAsync() => stream.ReadAsync(Memory<byte>.Empty);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    /// <summary>First by TLS, so that the other side can tell the end from a connection that was cut; then by TCP.</summary>
    public async ValueTask FinishAsync(bool last)
    {
        await stream.ShutdownAsync();
        if (!last)
        {
            socket.Shutdown(SocketShutdown.Send);
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }
}
