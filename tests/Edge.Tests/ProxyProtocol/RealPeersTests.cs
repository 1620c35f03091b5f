using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins.IpRestriction;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.ProxyProtocol;

/// <summary>The PROXY protocol with those who made it and those who use it most, both ways.</summary>
public sealed class RealPeersTests
{
    private const string Haproxy = "haproxy";
    private const string Nginx = "nginx";

    public static TheoryData<string, string, bool> Receivers => new MatrixTheoryData<string, string, bool>([Haproxy, Nginx], ["v1", "v2"], [true, false]);

    /// <summary>Many clients at once, each on a kept connection: no answer may name another client than who asked.</summary>
    [Theory]
    [MemberData(nameof(Receivers))]
    public async Task A_target_learns_the_client_of_each_request(string receiver, string version, bool own)
    {
        await using RealServer target = await ReceiverAsync(receiver);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(target.Port, service => service with { ProxyProtocol = version }, own: own);

        await Task.WhenAll(Enumerable.Range(2, 8).Select(async last =>
        {
            IPEndPoint? me = null;
            using HttpClient client = From($"127.0.0.{last}", port => me = port);
            for (int i = 0; i < 20; i++)
            {
                string told = await client.GetStringAsync($"http://127.0.0.1:{gateway.Port}/{i}");
                Assert.Equal($"{me} 127.0.0.1:{gateway.Port} 1", told);
            }

            using var asking = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{gateway.Port}/") { Content = new StringContent("x"), Headers = { ExpectContinue = true } };
            using HttpResponseMessage answer = await client.SendAsync(asking);
            Assert.StartsWith($"{me} ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }));
    }

    [Fact]
    public async Task A_target_learns_the_client_that_a_trusted_proxy_names()
    {
        // HAProxy shows a port that is not known, 0, as nothing.
        await using RealServer target = await ReceiverAsync(Haproxy);
        var settings = new EdgeSettings { TrustedIps = [IPNetwork.Parse("127.0.0.0/8")], RealIpHeader = "X-Forwarded-For" };
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(target.Port, service => service with { ProxyProtocol = "v2" }, settings: settings);

        Assert.Contains("\r\n\r\n203.0.113.9: 127.0.0.1:", await gateway.GetAsync("/", "X-Forwarded-For: 203.0.113.9\r\n"), StringComparison.Ordinal);

        // An address of the other family than the listener's: both are written as IPv6.
        Assert.Contains("\r\n\r\n2001:db8::9: ::ffff:127.0.0.1:", await gateway.GetAsync("/", "X-Forwarded-For: 2001:db8::9\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_comes_before_tls()
    {
        (string cert, string key) = TestCertificates.Pem("target.test");
        await using RealServer target = await RealServer.HaproxyAsync("http", """
            frontend f
              bind 127.0.0.1:{port} accept-proxy ssl crt {directory}/certificate
              http-request return status 200 content-type text/plain lf-string "%[src] %[fc_pp_authority]"
            """, cert + "\n" + key);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(target.Port, service => service with { Protocol = "https", ProxyProtocol = "v2" });

        // The server name of the client's own handshake goes along.
        using var client = new HttpClient(TestGateway.Handler()) { Timeout = TestEdge.Guard };
        using var asking = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{gateway.SecurePort}/") { Headers = { Host = "shop.test" } };
        using HttpResponseMessage answer = await client.SendAsync(asking);

        Assert.Equal("127.0.0.1 shop.test", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_websocket_has_a_connection_of_its_own_for_as_long_as_it_lasts()
    {
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.UseWebSockets().Run(async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[100];
            while ((await socket.ReceiveAsync(buffer, context.RequestAborted)).MessageType != WebSocketMessageType.Close)
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes(context.Request.Headers["X-Client"].ToString()), WebSocketMessageType.Text, true, context.RequestAborted);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        }));
        await using RealServer proxy = await RealServer.HaproxyAsync("http", $$"""
            frontend f
              bind 127.0.0.1:{port} accept-proxy
              http-request set-header x-client %[src]:%[src_port]
              default_backend b
            backend b
              server s 127.0.0.1:{{upstream.Port}}
            """);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(proxy.Port, service => service with { ProxyProtocol = "v1" });
        using var guard = new CancellationTokenSource(TestEdge.Guard);

        await Task.WhenAll(Enumerable.Range(2, 4).Select(async last =>
        {
            IPEndPoint? me = null;
            using HttpMessageInvoker invoker = new(Handler($"127.0.0.{last}", mine => me = mine));
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Port}/"), invoker, guard.Token);
            for (int i = 0; i < 3; i++)
            {
                await socket.SendAsync("who"u8.ToArray(), WebSocketMessageType.Text, true, guard.Token);
                byte[] buffer = new byte[100];
                WebSocketReceiveResult told = await socket.ReceiveAsync(buffer, guard.Token);
                Assert.Equal($"{me}", Encoding.ASCII.GetString(buffer, 0, told.Count));
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, guard.Token);
        }));
    }

    [Theory]
    [InlineData(Haproxy, "v1")]
    [InlineData(Haproxy, "v2")]
    [InlineData(Nginx, "v1")]
    [InlineData(Nginx, "v2")]
    public async Task A_target_of_a_stream_learns_its_client(string receiver, string version)
    {
        await using RealServer target = await ReceiverAsync(receiver);
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0", null, StreamEdge.Service(1, target.Port, extra: $",\"proxy_protocol\":\"{version}\""), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());

        Assert.EndsWith($"\r\n\r\n{client.LocalEndPoint} {edge.EndPoint} 1", await StreamEdge.ReadToEndAsync(new NetworkStream(client)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Haproxy, "send-proxy")]
    [InlineData(Haproxy, "send-proxy-v2")]
    [InlineData(Haproxy, "send-proxy-v2 proxy-v2-options crc32c,unique-id")]
    [InlineData(Nginx, "on")]
    public async Task A_sender_names_the_client_of_a_request(string sender, string how)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", (http, _) =>
        {
            ConnectionFacts facts = http.Features.Get<ConnectionFacts>()!;
            return http.Response.WriteAsync($"{facts.RemoteEndPoint} {facts.LocalEndPoint}");
        });
        ListenerReport report = await edge.Server.BindAsync(Guid.NewGuid(), "proxied", TestEdge.Directive("127.0.0.1:0 proxy_protocol"), Trusting, CancellationToken.None);
        await using RealServer proxy = await SenderAsync(sender, how, TestEdge.PortOf(report));
        IPEndPoint? me = null;
        using HttpClient client = From("127.0.0.7", mine => me = mine);

        string told = await client.GetStringAsync($"http://127.0.0.1:{proxy.Port}/");

        Assert.Equal($"{me} 127.0.0.1:{proxy.Port}", told);
    }

    [Theory]
    [InlineData(Haproxy, "send-proxy")]
    [InlineData(Haproxy, "send-proxy-v2")]
    [InlineData(Nginx, "on")]
    public async Task A_sender_names_the_client_of_a_stream(string sender, string how)
    {
        await using TcpTarget target = TcpTarget.Named("seven");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", """ "sources":[{"ip":"127.0.0.7"}] """));
        ListenerReport report = await edge.Server.BindAsync(Guid.NewGuid(), "proxied", TestEdge.Directive("127.0.0.1:0 proxy_protocol"), Trusting, CancellationToken.None);
        await using RealServer proxy = await SenderAsync(sender, how, TestEdge.PortOf(report));
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.7"), 0));
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await using var stream = new NetworkStream(client);
        await client.SendAsync("hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("seven:hello", await StreamEdge.ReadToEndAsync(stream));
    }

    private static ListenerTerms Trusting => new() { Trusted = new AddressSet(["127.0.0.1"]) };

    /// <summary>Tells who it was told the client is, where that client connected to, and which request of the connection it was.</summary>
    private static Task<RealServer> ReceiverAsync(string receiver) => receiver == Haproxy
        ? RealServer.HaproxyAsync("http", """
            frontend f
              bind 127.0.0.1:{port} accept-proxy
              http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port] %[dst]:%[dst_port] 1"
            """)
        : RealServer.NginxAsync("""
            http {
              access_log off;
              server {
                listen 127.0.0.1:{port} proxy_protocol;
                location / { return 200 "$proxy_protocol_addr:$proxy_protocol_port $proxy_protocol_server_addr:$proxy_protocol_server_port $connection_requests"; }
              }
            }
            """);

    private static Task<RealServer> SenderAsync(string sender, string how, int to) => sender == Haproxy
        ? RealServer.HaproxyAsync("tcp", $$"""
            frontend f
              bind 127.0.0.1:{port}
              default_backend b
            backend b
              server s 127.0.0.1:{{to}} {{how}}
            """)
        : RealServer.NginxAsync($$"""
            stream {
              server { listen 127.0.0.1:{port}; proxy_pass 127.0.0.1:{{to}}; proxy_protocol {{how}}; proxy_half_close on; }
            }
            """);

    /// <summary>A client at an address of its own, on one connection.</summary>
    private static HttpClient From(string address, Action<IPEndPoint> connected) => new(Handler(address, connected)) { Timeout = TestEdge.Guard };

    private static SocketsHttpHandler Handler(string address, Action<IPEndPoint> connected) => new()
    {
        UseProxy = false,
        MaxConnectionsPerServer = 1,
        Expect100ContinueTimeout = TestEdge.Guard,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            connected((IPEndPoint)socket.LocalEndPoint!);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
