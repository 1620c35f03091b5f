using System.Net.Sockets;

namespace Mesh.Edge.Streams.Relay;

/// <summary>A connection as it is.</summary>
internal sealed class SocketEnd(Socket socket) : IStreamEnd
{
    public int ChunkBytes => StreamPump.ChunkBytes;

    public int HeldBytes => 1024;

    public ValueTask<int> WaitAsync() => socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }

    public ValueTask FinishAsync(bool last)
    {
        if (!last)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        return default;
    }

    public void Dispose() => socket.Dispose();
}
