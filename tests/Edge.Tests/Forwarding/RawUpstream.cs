using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Edge.Tests.Listeners;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>An upstream that shows the bytes it got and sends exactly the bytes it is told to.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<UpstreamConnection, Task> serve;
    private readonly Task accepting;

    private RawUpstream(Func<UpstreamConnection, Task> serve)
    {
        this.serve = serve;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Heads of all requests, in the order of their arrival.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    public int Connections;

    public static RawUpstream Start(Func<UpstreamConnection, Task> serve) => new(serve);

    /// <summary>Answers every request with the same bytes, on connections that are kept.</summary>
    public static RawUpstream Answering(string response) => new(async connection =>
    {
        while (await connection.ReadRequestAsync() is not null)
        {
            await connection.SendAsync(response);
        }
    });

    /// <summary>A port on which nobody listens.</summary>
    public static int ClosedPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stopping.Token);
                Interlocked.Increment(ref Connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped: the listener says it in several ways.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        await using var connection = new UpstreamConnection(client, Heads, stopping.Token);
        try
        {
            await serve(connection);
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // The gateway or the test has closed it.
            return;
        }
    }
}

/// <summary>One connection from the gateway.</summary>
internal sealed class UpstreamConnection(TcpClient client, ConcurrentQueue<string> heads, CancellationToken stopping) : IAsyncDisposable
{
    private readonly NetworkStream stream = client.GetStream();
    private readonly CancellationTokenSource guard = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private byte[] buffered = [];

    public CancellationToken Stopping => guard.Token;

    /// <summary>The next request's head without the empty line; null when the gateway closed the connection.</summary>
    public async Task<string?> ReadHeadAsync()
    {
        guard.CancelAfter(TestEdge.Guard);
        while (true)
        {
            int end = buffered.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                string head = Encoding.Latin1.GetString(buffered, 0, end);
                buffered = buffered[(end + 4)..];
                heads.Enqueue(head);
                return head;
            }

            byte[] more = await ReadSomeAsync();
            if (more.Length == 0)
            {
                return null;
            }

            buffered = [.. buffered, .. more];
        }
    }

    /// <summary>Head and body, by Content-Length or to the last chunk; null when the gateway closed the connection.</summary>
    public async Task<string?> ReadRequestAsync()
    {
        string? head = await ReadHeadAsync();
        if (head is null)
        {
            return null;
        }

        string? length = RawHead.Value(head, "Content-Length");
        string body = RawHead.Value(head, "Transfer-Encoding") is not null ? await ReadUntilAsync("0\r\n\r\n")
            : length is not null ? await ReadBytesAsync(int.Parse(length)) : "";
        return $"{head}\r\n\r\n{body}";
    }

    public async Task<string> ReadBytesAsync(int count)
    {
        while (buffered.Length < count)
        {
            byte[] more = await ReadSomeAsync();
            if (more.Length == 0)
            {
                throw new EndOfStreamException();
            }

            buffered = [.. buffered, .. more];
        }

        string text = Encoding.Latin1.GetString(buffered, 0, count);
        buffered = buffered[count..];
        return text;
    }

    /// <summary>Completes when the gateway closes or resets the connection.</summary>
    public async Task WaitForCloseAsync()
    {
        try
        {
            while ((await ReadSomeAsync()).Length > 0)
            {
            }
        }
        catch (IOException)
        {
            return;
        }
    }

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), guard.Token).AsTask();

    /// <summary>Closes so that the gateway sees a reset.</summary>
    public void Reset()
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        guard.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadUntilAsync(string end)
    {
        while (!Encoding.Latin1.GetString(buffered).Contains(end, StringComparison.Ordinal))
        {
            byte[] more = await ReadSomeAsync();
            if (more.Length == 0)
            {
                throw new EndOfStreamException();
            }

            buffered = [.. buffered, .. more];
        }

        return await ReadBytesAsync(Encoding.Latin1.GetString(buffered).IndexOf(end, StringComparison.Ordinal) + end.Length);
    }

    private async Task<byte[]> ReadSomeAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int read = await stream.ReadAsync(buffer, guard.Token);
        return buffer[..read];
    }
}
