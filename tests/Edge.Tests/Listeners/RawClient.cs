using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Edge.Tests.Listeners;

/// <summary>A client that sends exactly the bytes it is told to.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly CancellationTokenSource guard = new(TestEdge.Guard);
    private readonly StringBuilder received = new();

    private RawClient(Socket socket, Stream stream)
    {
        Socket = socket;
        Stream = stream;
    }

    public Socket Socket { get; }
    public Stream Stream { get; }
    public SslStream Tls => (SslStream)Stream;

    public static async Task<RawClient> ConnectAsync(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        if (endPoint is IPEndPoint)
        {
            socket.NoDelay = true;
        }

        await socket.ConnectAsync(endPoint);
        return new RawClient(socket, new NetworkStream(socket, ownsSocket: true));
    }

    public static async Task<RawClient> ConnectTlsAsync(EndPoint endPoint, string name, params SslApplicationProtocol[] protocols)
    {
        RawClient plain = await ConnectAsync(endPoint);
        var tls = new SslStream(plain.Stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                ApplicationProtocols = [.. protocols],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            plain.guard.Token);
        return new RawClient(plain.Socket, tls);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        await Stream.WriteAsync(bytes, guard.Token);
        await Stream.FlushAsync(guard.Token);
    }

    public async Task SendBytewiseAsync(string text)
    {
        foreach (byte b in Encoding.Latin1.GetBytes(text))
        {
            await SendAsync([b]);
        }
    }

    /// <summary>Everything until the peer closes or resets.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadMoreAsync())
        {
        }

        return received.ToString();
    }

    /// <summary>Reads until the text has arrived; what came after it stays for the next call.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        int end;
        while ((end = received.ToString().IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            if (!await ReadMoreAsync())
            {
                throw new EndOfStreamException($"Closed after: {received}");
            }
        }

        string read = received.ToString(0, end + text.Length);
        received.Remove(0, read.Length);
        return read;
    }

    /// <summary>Reads until what was received is enough or the peer has closed.</summary>
    public async Task<string> ReadWhileAsync(Predicate<string> tooLittle)
    {
        while (tooLittle(received.ToString()) && await ReadMoreAsync())
        {
        }

        return received.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        Socket.Dispose();
        guard.Dispose();
    }

    private async Task<bool> ReadMoreAsync()
    {
        byte[] buffer = new byte[8192];
        try
        {
            int read = await Stream.ReadAsync(buffer, guard.Token);
            received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
