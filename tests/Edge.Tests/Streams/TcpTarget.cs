using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Edge.Tests.Streams;

/// <summary>A server that a stream is relayed to.</summary>
internal sealed class TcpTarget : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<NetworkStream, Task> serve;
    private int connections;

    public TcpTarget(Func<NetworkStream, Task> serve)
    {
        this.serve = serve;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public int Connections => Volatile.Read(ref connections);

    /// <summary>Answers with its name and what it was sent, once the client says that this was all.</summary>
    public static TcpTarget Named(string name) => new(async stream =>
    {
        string text = await new StreamReader(stream, leaveOpen: true).ReadToEndAsync();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{name}:{text}"));
    });

    /// <summary>Sends back what comes as it comes.</summary>
    public static TcpTarget Echo() => new(stream => stream.CopyToAsync(stream));

    /// <summary>A port on which nothing listens.</summary>
    public static int DeadPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                Interlocked.Increment(ref connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The target is disposed of.
            listener.Dispose();
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await serve(stream);
        }
        catch (IOException)
        {
            // The gateway broke the connection off, as some tests want it to.
            socket.Close();
        }
    }
}
