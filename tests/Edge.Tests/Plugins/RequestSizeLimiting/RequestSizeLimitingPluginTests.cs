using System.Net;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Plugins.RequestSizeLimiting;

public sealed class RequestSizeLimitingPluginTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string TenBytes = """{"allowed_payload_size":10,"size_unit":"bytes"}""";
    private readonly PluginBench bench = new();

    [Theory]
    [InlineData("{}", 128L * 1024 * 1024, 200)]
    [InlineData("{}", (128L * 1024 * 1024) + 1, 413)]
    [InlineData("""{"allowed_payload_size":2,"size_unit":"megabytes"}""", (2L * 1024 * 1024) + 1, 413)]
    [InlineData("""{"allowed_payload_size":2,"size_unit":"kilobytes"}""", 2048, 200)]
    [InlineData("""{"allowed_payload_size":2,"size_unit":"kilobytes"}""", 2049, 413)]
    [InlineData(TenBytes, 10, 200)]
    [InlineData(TenBytes, 11, 413)]
    [InlineData(TenBytes, 0, 200)]
    public async Task A_length_above_the_limit_is_refused_unread(string config, long length, int status)
    {
        Configure(config);
        Exchange exchange = await bench.Send(request => request.ContentLength = length);
        Assert.Equal(status, exchange.Http.Response.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, bench.Forwarded.Count);
        if (status == 413)
        {
            Assert.Equal("Request size limit exceeded", PluginBench.Message(exchange));
        }
    }

    [Theory]
    [InlineData("100-continue")]
    [InlineData(" 100-Continue ")]
    public async Task A_client_that_waits_for_leave_is_answered_417(string expect)
    {
        Configure(TenBytes);
        Exchange exchange = await bench.Send(request =>
        {
            request.ContentLength = 11;
            request.Headers.Expect = expect;
        });
        Assert.Equal(417, exchange.Http.Response.StatusCode);
        Assert.Equal("Request size limit exceeded", PluginBench.Message(exchange));
    }

    [Fact]
    public async Task A_length_can_be_asked_for()
    {
        Configure("""{"require_content_length":true}""");
        Exchange exchange = await bench.Send();
        Assert.Equal(411, exchange.Http.Response.StatusCode);
        Assert.Equal("A valid Content-Length header is required", PluginBench.Message(exchange));
        Assert.Equal(200, (await bench.Send(request => request.Headers.TransferEncoding = "chunked")).Http.Response.StatusCode);
        Assert.Equal(200, (await bench.Send(request => request.ContentLength = 0)).Http.Response.StatusCode);
    }

    [Fact]
    public async Task A_body_within_the_limit_arrives_whole_whatever_its_framing()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("request-size-limiting", TenBytes));
        string answer = await gateway.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await gateway.GetAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 413)]
    [InlineData("Expect: 100-continue\r\n", 417)]
    public async Task A_chunked_body_is_counted_and_its_connection_ends(string header, int status)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("request-size-limiting", TenBytes));
        string answer = await gateway.ExchangeAsync(
            $"POST / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nTransfer-Encoding: chunked\r\n{header}\r\n5\r\n01234\r\n6\r\n56789x\r\n");
        Assert.Contains($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Request size limit exceeded", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_body_is_refused_before_it_is_asked_for()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("request-size-limiting", TenBytes));
        await using RawClient client = await gateway.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 417", await client.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task Over_http2_a_body_of_untold_length_is_counted_too()
    {
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync("ok");
        }));
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("request-size-limiting", TenBytes));
        using HttpClient http = gateway.Http(HttpVersion.Version20);
        using (HttpResponseMessage answer = await http.PostAsync("/", new UntoldContent(new byte[10])))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using HttpResponseMessage refused = await http.PostAsync("/", new UntoldContent(new byte[11]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    /// <summary>Nothing can be taken back once the upstream's answer is on its way: what is left is to end the exchange.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_grows_too_long_ends_the_exchange_only_when_its_answer_has_begun(bool begun)
    {
        Configure(TenBytes);
        Exchange exchange = await bench.Send(request => request.Body = new MemoryStream(new byte[11]));
        var lifetime = new Lifetime();
        exchange.Http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        exchange.Http.Features.Set<IHttpResponseFeature>(new Answered(begun));
        var refused = await Assert.ThrowsAsync<RequestBodyRefusedException>(() => exchange.Http.Request.Body.CopyToAsync(Stream.Null));
        Assert.Equal((413, begun, true), (refused.StatusCode, lifetime.Ended, exchange.RefusesBody));
    }

    [Fact]
    public async Task A_body_that_grows_too_long_after_the_answer_began_is_cut_off_on_the_wire()
    {
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http2, app => app.Run(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync("begun"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }));
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("request-size-limiting", TenBytes));
        gateway.Apply((Entities.Service(1, upstream.Port) with { Protocol = "grpc" }).Put(), (Entities.Route(2, 1) with { Protocols = ["grpc"], StripPath = false }).Put());
        using HttpClient http = gateway.Http(HttpVersion.Version20);
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new UntoldContent(new byte[5], more.Task, new byte[6]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        more.SetResult();
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync().WaitAsync(TestEdge.Guard));
    }

    [Fact]
    public async Task A_plugin_that_reads_the_body_finds_the_limit_too()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await PluginGateway.StartAsync(
            upstream.Port, ("request-size-limiting", TenBytes), ("request-transformer", """{"add":{"body":["a:1"]}}"""));
        string answer = await gateway.ExchangeAsync(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{\"a\":\"12345\"\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("Request size limit exceeded", answer, StringComparison.Ordinal);
        Assert.Equal(0, upstream.Connections);
    }

    [Theory]
    [InlineData("""{"allowed_payload_size":9223372036854775807}""")]
    [InlineData("""{"size_unit":"gigabytes"}""")]
    public async Task What_an_edge_cannot_serve_is_refused(string config)
    {
        Configure(config);
        Assert.Single(bench.Problems);
        Assert.Equal(500, (await bench.Send()).Http.Response.StatusCode);
    }

    private void Configure(string config) => bench.Put(PluginBench.Plugin("request-size-limiting", config, Guid.Parse("00000000-0000-0000-0000-0000000000f6")));

    /// <summary>One or two pieces, the second when it is time.</summary>
    private sealed class UntoldContent(byte[] first, Task? then = null, byte[]? second = null) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(first);
            await stream.FlushAsync();
            if (then is not null)
            {
                await then;
                await stream.WriteAsync(second);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }
        public bool Ended { get; private set; }

        public void Abort() => Ended = true;
    }

    private sealed class Answered(bool begun) : HttpResponseFeature
    {
        public override bool HasStarted => begun;
    }
}
