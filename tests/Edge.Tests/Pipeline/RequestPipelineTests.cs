using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Pipeline;

public sealed class RequestPipelineTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task A_route_without_service_answers_503_after_its_plugins()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Entities.Route(2, null).Put());

        string answer = await gateway.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("no Service found with those values", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_counts_from_the_next_request_on()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpClient http = gateway.Http();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);

        gateway.Apply(Entities.Service(1, upstream.Port).Put(), Entities.Route(2, 1).Put());

        Assert.Equal("ok", await http.GetStringAsync("/"));
    }

    [Fact]
    public async Task Refuses_a_path_that_has_no_one_reading()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);

        string answer = await gateway.GetAsync("/a%zz");

        Assert.StartsWith("HTTP/1.1 400 Bad Request", answer, StringComparison.Ordinal);
        Assert.Contains("Bad request", answer, StringComparison.Ordinal);
        Assert.Empty(upstream.Heads);
    }

    [Theory]
    [InlineData(426, "")]
    [InlineData(301, "https://a.test/x%2f?y=1")]
    [InlineData(308, "https://a.test/x%2f?y=1")]
    public async Task An_https_route_sends_http_clients_there(int status, string location)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(
            upstream.Port, route: route => route with { Protocols = ["https"], HttpsRedirectStatusCode = status });

        string answer = await gateway.GetAsync("/x%2f?y=1");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(location, RawHead.Value(answer, "Location") ?? "");
        Assert.Empty(upstream.Heads);
        if (status == 426)
        {
            Assert.Equal("TLS/1.2, HTTP/1.1", RawHead.Value(answer, "Upgrade"));
            Assert.Contains("Upgrade", RawHead.Value(answer, "Connection"), StringComparison.Ordinal);
            Assert.Contains("Please use HTTPS protocol", answer, StringComparison.Ordinal);
        }

        using HttpClient https = gateway.Http(secure: true);
        Assert.Equal("ok", await https.GetStringAsync("/"));
        Assert.Equal("https", RawHead.Value(Assert.Single(upstream.Heads), "X-Forwarded-Proto"));
    }

    [Theory]
    [InlineData("1.1", "text/plain", 415, "Non-gRPC request matched gRPC route")]
    [InlineData("1.1", "application/grpc", 426, "Please use HTTP2 protocol")]
    [InlineData("2.0", "text/plain", 415, "Non-gRPC request matched gRPC route")]
    public async Task A_grpc_route_takes_grpc_alone(string version, string type, int status, string message)
    {
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(1, route: route => route with { Protocols = ["grpc"], StripPath = false });
        using HttpClient http = gateway.Http(Version.Parse(version));
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        using HttpResponseMessage answer = await http.PostAsync("/", content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grpcs_route_refuses_clear_text_in_the_clients_tongue()
    {
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(1, route: route => route with { Protocols = ["grpcs"], StripPath = false });
        using HttpClient http = gateway.Http(HttpVersion.Version20);
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using HttpResponseMessage answer = await http.PostAsync("/", content);

        // The router does not match a grpcs route over clear text, or the protocol rules refuse it: either way grpc-status.
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(answer.Headers.GetValues("grpc-status").Single(), new[] { "1", "5" });
    }

    [Fact]
    public async Task A_bug_in_one_request_ends_in_500_and_hurts_no_other()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await WithAsync(new BrokenPlugin(), upstream.Port);
        using HttpClient http = gateway.Http();

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage broken = await http.GetAsync("/?break=request");
            Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
            Assert.Contains("An unexpected error occurred", await broken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using HttpResponseMessage late = await http.GetAsync("/?break=response");
            Assert.Equal(HttpStatusCode.InternalServerError, late.StatusCode);
            Assert.Equal("ok", await http.GetStringAsync("/"));
        }
    }

    [Fact]
    public async Task An_early_answer_takes_in_a_short_body_and_closes_on_a_long_one()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
        string first = await client.ReadUntilAsync("request_id");
        await client.SendAsync("helloGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string second = await client.ReadToEndAsync();
        string large = await gateway.ExchangeAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Answer.MaxDrainBytes + 1}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404", first, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 404", second, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", large, StringComparison.Ordinal);
        Assert.Equal("close", RawHead.Value(large, "Connection"));
    }

    [Fact]
    public async Task Counts_every_exchange_once()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();

        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage answer = await http.PostAsync("/", new StringContent("hello"));
        }

        long requests = 0, bytesIn = 0, bytesOut = 0;
        await TestEdge.UntilAsync(() =>
        {
            foreach (var sample in gateway.Traffic.Fold().SelectMany(batch => batch.Samples).Where(sample => sample.Id == Entities.Id(2)))
            {
                requests += sample.Requests;
                bytesIn += sample.BytesIn;
                bytesOut += sample.BytesOut;
            }

            return requests >= 3;
        });
        Assert.Equal((3, 15, 6), (requests, bytesIn, bytesOut));
    }

    private static Task<TestGateway> WithAsync(IPlugin plugin, int port) => TestGateway.StartAsync(
        new(), [plugin], TimeProvider.System, Entities.Service(1, port).Put(), Entities.Route(2, 1).Put(),
        new Plugin { Id = Entities.Id(3), Name = plugin.Schema.Name, Config = JsonDocument.Parse("{}").RootElement }.Put());

    private sealed class BrokenPlugin : IPlugin
    {
        public PluginSchema Schema { get; } = new() { Name = "broken", Priority = 1, Version = "0", Config = [] };

        public RequestStep Build(PluginInstance instance, RequestStep next) => exchange =>
        {
            switch ((string?)exchange.Http.Request.Query["break"])
            {
                case "request":
                    throw new InvalidOperationException("as asked");
                case "response":
                    exchange.OnResponseHeaders(_ => throw new InvalidOperationException("as asked"));
                    break;
            }

            return next(exchange);
        };
    }
}
