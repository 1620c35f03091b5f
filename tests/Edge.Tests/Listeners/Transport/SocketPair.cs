using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Listeners.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Listeners.Transport;

/// <summary>A connection as the server has it, and the client's socket at its other end.</summary>
internal sealed class SocketPair(SocketConnection server, Socket client) : IAsyncDisposable
{
    public SocketConnection Server { get; } = server;

    public Socket Client { get; } = client;

    public static async Task<SocketPair> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!);
        Socket accepted = await listener.AcceptAsync();
        accepted.NoDelay = true;
        return new SocketPair(new SocketConnection(accepted, MemoryPool<byte>.Shared, NullLogger.Instance), client);
    }

    /// <summary>What the client gets until the end.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        byte[] piece = new byte[64 * 1024];
        for (int read; (read = await Client.ReceiveAsync(piece).WaitAsync(TestEdge.Guard)) > 0;)
        {
            all.Write(piece, 0, read);
        }

        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
