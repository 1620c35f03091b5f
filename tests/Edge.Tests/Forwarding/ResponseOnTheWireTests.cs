using System.Net;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>What a client gets of an upstream's response, byte for byte.</summary>
public abstract class ResponseOnTheWireTests(bool own) : BothWays(own)
{
    [Fact]
    public async Task Adds_what_the_gateway_knows()
    {
        await using RawUpstream upstream = RawUpstream.Answering(
            "HTTP/1.1 201 Made It\r\nServer: theirs\r\nVia: 1.1 inner\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok");
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/");

        Assert.Equal("HTTP/1.1 201 Made It", RawHead.FirstLine(answer));
        Assert.Equal("theirs", RawHead.Value(answer, "Server"));
        Assert.Equal($"1.1 inner, {Product.ViaHttp1}", RawHead.Value(answer, "Via"));
        Assert.Equal(["a=1", "b=2"], RawHead.Values(answer, "Set-Cookie"));
        Assert.Matches("^[0-9]+$", RawHead.Value(answer, "X-Kong-Upstream-Latency"));
        Assert.Matches("^[0-9]+$", RawHead.Value(answer, "X-Kong-Proxy-Latency"));
        Assert.Null(RawHead.Value(answer, "X-Kong-Response-Latency"));
        Assert.EndsWith("\r\n\r\nok", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drops_what_concerns_the_upstream_connection()
    {
        await using RawUpstream upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-Kept: 2\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n"
            + "Proxy-Authenticate: Basic\r\nAlt-Svc: h3=\":443\"\r\nTransfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n2;x=y\r\nok\r\n0\r\n\r\n");
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/");

        foreach (string gone in new[] { "X-Hop", "Keep-Alive", "Upgrade", "Proxy-Authenticate", "Alt-Svc", "Content-Length" })
        {
            Assert.Null(RawHead.Value(answer, gone));
        }

        Assert.Equal("2", RawHead.Value(answer, "X-Kept"));
        Assert.Equal("chunked", RawHead.Value(answer, "Transfer-Encoding"));
        Assert.EndsWith("\r\n\r\n2\r\nok\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "5")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", null)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", null)]
    public async Task Passes_responses_without_a_body(string method, string response, string? length)
    {
        await using RawUpstream upstream = RawUpstream.Answering(response);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.ExchangeAsync($"{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Equal(RawHead.FirstLine(response), RawHead.FirstLine(answer));
        Assert.Equal(length, RawHead.Value(answer, "Content-Length"));
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nBad Header\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Bad: a\u0001b\r\n\r\nok")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nsmuggled")]
    public async Task Answers_502_to_what_is_no_response(string response)
    {
        await using RawUpstream upstream = RawUpstream.Answering(response);
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("An invalid response was received from the upstream server", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("smuggled", answer, StringComparison.Ordinal);
        Assert.Single(upstream.Heads);
    }

    [Fact]
    public async Task A_body_that_ends_early_never_looks_whole()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/");

        Assert.DoesNotContain("\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_events_when_they_happen()
    {
        var second = new TaskCompletionSource();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: one\n\n");
            await second.Task.WaitAsync(connection.Stopping);
            await connection.SendAsync("data: two\n\n");
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("data: one\n\n");
        second.SetResult();
        await client.ReadUntilAsync("data: two\n\n");
        await client.ReadUntilAsync("0\r\n\r\n");
    }

    [Fact]
    public async Task Keeps_the_client_connection_when_the_upstream_closes_its_own()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.0 200 OK\r\n\r\nold style");
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();

        Assert.Equal("old style", await http.GetStringAsync("/"));
        Assert.Equal("old style", await http.GetStringAsync("/"));
    }

    [Fact]
    public async Task Tells_route_and_service_on_request_where_allowed()
    {
        await using RawUpstream upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestGateway open = await InFrontOfAsync(upstream.Port, service => service with { Name = "dïenst" }, settings: new() { AllowDebugHeader = true });
        await using TestGateway closed = await InFrontOfAsync(upstream.Port);

        string told = await open.GetAsync("/", "Kong-Debug: 1\r\n");

        Assert.Equal(Entities.Id(2).ToString(), RawHead.Value(told, "Kong-Route-Id"));
        Assert.Equal("route-2", RawHead.Value(told, "Kong-Route-Name"));
        Assert.Equal(Entities.Id(1).ToString(), RawHead.Value(told, "Kong-Service-Id"));
        Assert.Equal("d%C3%AFenst", RawHead.Value(told, "Kong-Service-Name"));
        Assert.DoesNotContain("Kong-Route-Id", await open.GetAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("Kong-Route-Id", await closed.GetAsync("/", "Kong-Debug: 1\r\n"), StringComparison.Ordinal);
    }

    public sealed class OnOwnConnections() : ResponseOnTheWireTests(true);

    public sealed class ThroughTheLibrary() : ResponseOnTheWireTests(false);
}
