using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Tests.EndToEnd.Network;

/// <summary>
/// A server on a host that tells its name and who connected: to each HTTP request as a response, to everything else at once.
/// </summary>
internal sealed class NamedServer : IDisposable
{
    private readonly string name;
    private readonly bool http;
    private readonly List<Socket> listening = [];

    public NamedServer(HostNamespace host, string name, bool http, params string[] addresses)
    {
        this.name = name;
        this.http = http;
        foreach (string address in addresses)
        {
            IPEndPoint place = new(IPAddress.Parse(address), Port);
            Socket socket = host.Within(() => new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            socket.Bind(place);
            socket.Listen();
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            listening.Add(socket);
            _ = AcceptAsync(socket);
        }
    }

    public int Port { get; }

    /// <summary>Of the connections so far, in their order.</summary>
    public ConcurrentQueue<IPEndPoint> Peers { get; } = new();

    public void Dispose() => listening.ForEach(socket => socket.Dispose());

    private async Task AcceptAsync(Socket socket)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await socket.AcceptAsync());
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket connection = socket;
        var peer = (IPEndPoint)connection.RemoteEndPoint!;
        Peers.Enqueue(peer);
        string told = $"{name} to {peer.Address}";
        try
        {
            if (!http)
            {
                await connection.SendAsync(Encoding.ASCII.GetBytes(told));
                connection.Shutdown(SocketShutdown.Send);
                await connection.ReceiveAsync(new byte[1024]);
                return;
            }

            var received = new StringBuilder();
            byte[] buffer = new byte[4096];
            for (int count; (count = await connection.ReceiveAsync(buffer)) > 0;)
            {
                received.Append(Encoding.ASCII.GetString(buffer, 0, count));
                if (received.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    received.Clear();
                    await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {told.Length}\r\n\r\n{told}"));
                }
            }
        }
        catch (SocketException)
        {
            // The gateway reset it.
        }
    }
}
