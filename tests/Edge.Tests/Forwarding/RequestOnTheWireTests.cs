using System.Net;
using System.Text;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>What an upstream gets, byte for byte.</summary>
public abstract class RequestOnTheWireTests(bool own) : BothWays(own)
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static readonly EdgeSettings TrustLoopback = new() { TrustedIps = [IPNetwork.Parse("127.0.0.0/8")] };

    [Fact]
    public async Task Tells_the_upstream_who_asked_for_what()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/a/b?x=1");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        string head = Assert.Single(upstream.Heads);
        Assert.Equal("GET /a/b?x=1 HTTP/1.1", RawHead.FirstLine(head));
        Assert.Equal($"127.0.0.1:{upstream.Port}", RawHead.Value(head, "Host"));
        Assert.Equal("127.0.0.1", RawHead.Value(head, "X-Forwarded-For"));
        Assert.Equal("127.0.0.1", RawHead.Value(head, "X-Real-IP"));
        Assert.Equal("http", RawHead.Value(head, "X-Forwarded-Proto"));
        Assert.Equal("a.test", RawHead.Value(head, "X-Forwarded-Host"));
        Assert.Equal(gateway.Port.ToString(), RawHead.Value(head, "X-Forwarded-Port"));
        Assert.Equal("/a/b", RawHead.Value(head, "X-Forwarded-Path"));
        Assert.Null(RawHead.Value(head, "X-Forwarded-Prefix"));
        Assert.Equal(Product.ViaHttp1, RawHead.Value(head, "Via"));
        Assert.Matches("^[0-9a-f]{32}$", RawHead.Value(head, "X-Kong-Request-Id"));
        Assert.Equal(RawHead.Value(head, "X-Kong-Request-Id"), RawHead.Value(answer, "X-Kong-Request-Id"));
        Assert.Null(RawHead.Value(head, "Connection"));
    }

    [Fact]
    public async Task Replaces_what_an_untrusted_client_forwards()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        await gateway.GetAsync("/", Forwarding + "X-Kong-Request-Id: mine\r\nProxy: evil\r\nForwarded: for=9.9.9.9\r\n");

        string head = Assert.Single(upstream.Heads);
        Assert.Equal("127.0.0.1", RawHead.Value(head, "X-Forwarded-For"));
        Assert.Equal("127.0.0.1", RawHead.Value(head, "X-Real-IP"));
        Assert.Equal("http", RawHead.Value(head, "X-Forwarded-Proto"));
        Assert.Equal("a.test", RawHead.Value(head, "X-Forwarded-Host"));
        Assert.Equal("/", RawHead.Value(head, "X-Forwarded-Path"));
        Assert.Null(RawHead.Value(head, "X-Forwarded-Prefix"));
        Assert.NotEqual("mine", RawHead.Value(head, "X-Kong-Request-Id"));
        Assert.Null(RawHead.Value(head, "Proxy"));
        Assert.Null(RawHead.Value(head, "Forwarded"));
    }

    [Fact]
    public async Task Keeps_what_a_trusted_proxy_forwards()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port, settings: TrustLoopback);

        await gateway.GetAsync("/", Forwarding);

        string head = Assert.Single(upstream.Heads);
        Assert.Equal("9.9.9.9, 127.0.0.1", RawHead.Value(head, "X-Forwarded-For"));
        Assert.Equal("8.8.8.8", RawHead.Value(head, "X-Real-IP"));
        Assert.Equal("https", RawHead.Value(head, "X-Forwarded-Proto"));
        Assert.Equal("front.test", RawHead.Value(head, "X-Forwarded-Host"));
        Assert.Equal("444", RawHead.Value(head, "X-Forwarded-Port"));
        Assert.Equal("/outer/x", RawHead.Value(head, "X-Forwarded-Path"));
        Assert.Equal("/outer", RawHead.Value(head, "X-Forwarded-Prefix"));
    }

    private const string Forwarding =
        "X-Forwarded-For: 9.9.9.9\r\nX-Real-IP: 8.8.8.8\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: front.test\r\n"
        + "X-Forwarded-Port: 444\r\nX-Forwarded-Path: /outer/x\r\nX-Forwarded-Prefix: /outer\r\n";

    [Theory]
    [InlineData("close, ", "")]
    [InlineData("", "Connection: close\r\n")]
    [InlineData("keep-alive, ", "Connection: close\r\n")]
    public async Task Drops_what_concerns_the_client_connection_and_nothing_that_is_ours(string before, string extraLine)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string request = "GET / HTTP/1.1\r\nHost: a.test\r\n"
            + extraLine + $"Connection: {before}X-Mine, X-Forwarded-For, X-Real-IP, Via, Host, X-Kong-Request-Id, Authorization\r\n"
            + "X-Mine: 1\r\nX-Kept: 2\r\nAuthorization: Basic eA==\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\n"
            + "Proxy-Authorization: Basic eA==\r\n\r\n";
        await gateway.ExchangeAsync(request);

        string head = Assert.Single(upstream.Heads);
        foreach (string gone in new[] { "X-Mine", "Keep-Alive", "TE", "Proxy-Connection", "Proxy-Authorization", "Connection" })
        {
            Assert.Null(RawHead.Value(head, gone));
        }

        foreach (string kept in new[] { "X-Kept", "X-Forwarded-For", "X-Real-IP", "Via", "Host", "X-Kong-Request-Id", "Authorization" })
        {
            Assert.NotNull(RawHead.Value(head, kept));
        }
    }

    [Theory]
    [InlineData("/a%2Fb/%c3%a9/%41?q=%41%2f&%", "/a%2Fb/%C3%A9/A?q=%41%2f&%")]
    [InlineData("/a/../b//c/.?", "/b/c/?")]
    [InlineData("/a;x=1/%7Eb/[c]|", "/a;x=1/~b/[c]%7C")]
    public async Task Sends_the_path_that_was_matched_and_the_query_unchanged(string target, string sent)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port, route: route => route with { StripPath = false });

        string answer = await gateway.GetAsync(target);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal($"GET {sent} HTTP/1.1", RawHead.FirstLine(Assert.Single(upstream.Heads)));
    }

    [Fact]
    public async Task Joins_the_service_path_and_tells_the_stripped_prefix()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await StartAsync(
            (Entities.Service(1, upstream.Port) with { Path = "/base" }).Put(), Entities.Route(2, 1, "/api").Put());

        await gateway.GetAsync("/api/x?y");

        string head = Assert.Single(upstream.Heads);
        Assert.Equal("GET /base/x?y HTTP/1.1", RawHead.FirstLine(head));
        Assert.Equal("/api", RawHead.Value(head, "X-Forwarded-Prefix"));
        Assert.Equal("/api/x", RawHead.Value(head, "X-Forwarded-Path"));
    }

    [Fact]
    public async Task Preserves_the_client_host_when_the_route_says_so()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port, route: route => route with { PreserveHost = true });

        await gateway.ExchangeAsync("GET / HTTP/1.1\r\nHost: Some.Test:81\r\nConnection: close\r\n\r\n");

        Assert.Equal("Some.Test:81", RawHead.Value(Assert.Single(upstream.Heads), "Host"));
    }

    [Fact]
    public async Task Passes_header_bytes_unchanged_both_ways()
    {
        string value = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("café"));
        await using RawUpstream upstream = RawUpstream.Answering($"HTTP/1.1 200 OK\r\nX-Back: {value}\r\nContent-Length: 2\r\n\r\nok");
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/", $"X-There: {value}\r\n");

        Assert.Equal(value, RawHead.Value(Assert.Single(upstream.Heads), "X-There"));
        Assert.Equal(value, RawHead.Value(answer, "X-Back"));
    }

    [Fact]
    public async Task Reframes_bodies_and_keeps_their_kind_of_length()
    {
        List<string> requests = [];
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                requests.Add(request);
                await connection.SendAsync(Ok);
            }
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        await gateway.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
        await gateway.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
        await gateway.ExchangeAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n");

        Assert.Equal("5", RawHead.Value(requests[0], "Content-Length"));
        Assert.Null(RawHead.Value(requests[0], "Transfer-Encoding"));
        Assert.EndsWith("\r\n\r\nhello", requests[0], StringComparison.Ordinal);
        Assert.Equal("chunked", RawHead.Value(requests[1], "Transfer-Encoding"));
        Assert.Null(RawHead.Value(requests[1], "Content-Length"));
        Assert.DoesNotContain("ext", requests[1], StringComparison.Ordinal);
        Assert.Null(RawHead.Value(requests[2], "Transfer-Encoding"));
        Assert.Equal("text/plain", RawHead.Value(requests[2], "Content-Type"));
    }

    [Fact]
    public async Task Asks_for_the_body_only_when_the_upstream_does()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            string head = (await connection.ReadHeadAsync())!;
            Assert.Equal("100-continue", RawHead.Value(head, "Expect"));
            await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            Assert.Equal("hello", await connection.ReadBytesAsync(5));
            await connection.SendAsync(Ok);
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        await using Listeners.RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        await client.ReadUntilAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");

        Assert.StartsWith("HTTP/1.1 200 OK", await client.ReadUntilAsync("\r\n\r\nok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joins_cookies_of_http2_into_one_header()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http(HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", ["a=1", "b=2"]);

        using HttpResponseMessage answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string head = Assert.Single(upstream.Heads);
        Assert.Equal("a=1; b=2", RawHead.Value(head, "Cookie"));
        Assert.Equal(Product.ViaHttp2, RawHead.Value(head, "Via"));
        Assert.Equal($"127.0.0.1:{upstream.Port}", RawHead.Value(head, "Host"));
    }

    public sealed class OnOwnConnections() : RequestOnTheWireTests(true);

    public sealed class ThroughTheLibrary() : RequestOnTheWireTests(false);
}
