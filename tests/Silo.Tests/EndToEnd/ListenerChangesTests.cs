using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>Changes around exchanges that last: a WebSocket, and downloads over both versions of HTTP.</summary>
public sealed class ListenerChangesTests : IDisposable
{
    private const int ChunkBytes = 100_000;
    private readonly CancellationTokenSource patience = new(MeshProcess.Patience);

    /// <summary>Each item lets every download send a chunk; when completed they end.</summary>
    private readonly Channel<int>[] chunks = [Channel.CreateUnbounded<int>(), Channel.CreateUnbounded<int>()];

    public void Dispose() => patience.Dispose();

    [Fact]
    public async Task What_is_under_way_outlives_every_change_around_it_and_its_own_listener_to_the_drain_limit()
    {
        await using Upstream upstream = await Upstream.Start(app => app.Run(Serve));
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("live", upstream.Address, new { paths = new[] { "/" }, service = new { name = "live" }, strip_path = false });
        int[] ports = MeshProcess.FreePorts(3);
        await gateway.Put("/listeners/live", new { listen = new[] { $"127.0.0.1:{ports[0]} ssl http2" }, limits = new { drain_seconds = 3600 } });
        await gateway.Put("/listeners/brief", new { listen = new[] { $"127.0.0.1:{ports[1]}" }, limits = new { drain_seconds = 1 } });

        using ClientWebSocket socket = await Open($"wss://127.0.0.1:{ports[0]}/socket");
        using ClientWebSocket brief = await Open($"ws://127.0.0.1:{ports[1]}/socket");
        using HttpClient one = Client(HttpVersion.Version11, ports[0]);
        using HttpClient two = Client(HttpVersion.Version20, ports[0]);
        chunks[0].Writer.TryWrite(1);
        chunks[1].Writer.TryWrite(2);
        await using Stream first = await one.GetStreamAsync("/download/0", patience.Token);
        await using Stream second = await two.GetStreamAsync("/download/1", patience.Token);

        await first.ReadExactlyAsync(new byte[ChunkBytes], patience.Token);
        await second.ReadExactlyAsync(new byte[ChunkBytes], patience.Token);

        // Another listener comes.
        await gateway.Put("/listeners/other", new { listen = new[] { $"127.0.0.1:{ports[2]}" } });
        await AllGoOn(socket, brief, first, second);

        // The certificate is swapped: new handshakes see the new one.
        string before = await SubjectAt(ports[0]);
        (string cert, string key) = Certificate("swapped.test");
        await gateway.Put("/certificates/5b1a5d2e-0000-4000-8000-000000000001", new { cert, key, snis = new[] { "live.test" } });
        Assert.Equal("CN=swapped.test", await SubjectAt(ports[0]));
        Assert.NotEqual("CN=swapped.test", before);
        await AllGoOn(socket, brief, first, second);

        // The route goes elsewhere: new requests follow it.
        await gateway.Put("/routes/live", new { paths = new[] { "/elsewhere" }, service = new { name = "live" } });
        using (HttpResponseMessage lost = await one.GetAsync("/download/0", patience.Token))
        {
            Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
        }

        await AllGoOn(socket, brief, first, second);

        // Another listener goes.
        await Remove(gateway, "other", ports[2]);
        await AllGoOn(socket, brief, first, second);

        // Their own listener goes: nobody connects any more, who is connected goes on to the end.
        await Remove(gateway, "live", ports[0]);
        await AllGoOn(socket, brief, first, second);
        Array.ForEach(chunks, channel => channel.Writer.Complete());
        Assert.Equal(0, await first.ReadAsync(new byte[1], patience.Token));
        Assert.Equal(0, await second.ReadAsync(new byte[1], patience.Token));
        await Echo(socket);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        Assert.Equal(WebSocketState.Closed, socket.State);

        // With a limit that passes, what is left is aborted.
        await Remove(gateway, "brief", ports[1]);
        await Assert.ThrowsAsync<WebSocketException>(() => brief.ReceiveAsync(new byte[16], patience.Token));
        await gateway.Process.Until(async () => !(await gateway.Admin.GetStringAsync("/edges/listeners")).Contains("\"brief\"", StringComparison.Ordinal), "the drained listener is gone");
    }

    private async Task Serve(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[16];
            while (true)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
            }
        }

        await context.Response.StartAsync(context.RequestAborted);
        await foreach (int fill in chunks[context.Request.Path.Value![^1] - '0'].Reader.ReadAllAsync(context.RequestAborted))
        {
            byte[] chunk = new byte[ChunkBytes];
            chunk.AsSpan().Fill((byte)fill);
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        }
    }

    private async Task AllGoOn(ClientWebSocket one, ClientWebSocket two, params Stream[] downloads)
    {
        await Echo(one);
        await Echo(two);
        for (int i = 0; i < downloads.Length; i++)
        {
            chunks[i].Writer.TryWrite(i + 1);
            byte[] chunk = new byte[ChunkBytes];
            await downloads[i].ReadExactlyAsync(chunk, patience.Token);
            Assert.False(chunk.AsSpan().ContainsAnyExcept((byte)(i + 1)));
        }
    }

    private async Task Echo(ClientWebSocket socket)
    {
        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, true, patience.Token);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, patience.Token);
        Assert.Equal("still here", Encoding.ASCII.GetString(buffer, 0, received.Count));
    }

    private async Task<ClientWebSocket> Open(string address)
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await socket.ConnectAsync(new Uri(address), patience.Token);
        return socket;
    }

    private static HttpClient Client(Version version, int port) => new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, TargetHost = "live.test" } })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{port}"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private async Task Remove(Gateway gateway, string listener, int port)
    {
        using HttpResponseMessage gone = await gateway.Admin.DeleteAsync($"/listeners/{listener}?wait=edges", patience.Token);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => probe.ConnectAsync(IPAddress.Loopback, port));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private async Task<string> SubjectAt(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using var secure = new SslStream(new NetworkStream(socket));
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "live.test", RemoteCertificateValidationCallback = (_, _, _, _) => true }, patience.Token);
        return secure.RemoteCertificate!.Subject;
    }

    private static (string Cert, string Key) Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
