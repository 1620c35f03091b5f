using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>What leaves the real executable by OTLP, as a collector sees it.</summary>
public class TelemetryTests
{
    private const string ClientSpan = "00f067aa0ba902b7";

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task All_three_signals_arrive_and_a_request_is_one_trace_from_client_to_upstream(string protocol)
    {
        await using OtlpReceiver collector = await OtlpReceiver.Start();
        string? received = null;
        await using Upstream upstream = await Upstream.Start(app => app.Run(context =>
        {
            received = context.Request.Headers.TraceParent;
            return context.Response.WriteAsync("ok");
        }));
        await using var gateway = new Gateway(Exporting(collector, protocol));
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);

        string trace = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7?key=s3cret");
        request.Headers.Add("traceparent", $"00-{trace}-{ClientSpan}-01");
        using HttpResponseMessage answer = await gateway.Proxy.SendAsync(request);
        Assert.Equal("ok", await answer.Content.ReadAsStringAsync());

        await gateway.Process.Until(() => Task.FromResult(collector.Spans.Count(span => span.TraceId == trace) >= 2), "both spans of the request arrive");
        OtlpSpan[] spans = [.. collector.Spans.Where(span => span.TraceId == trace)];
        OtlpSpan server = Assert.Single(spans, span => span.Parent == ClientSpan);
        OtlpSpan client = Assert.Single(spans, span => span.Parent == server.Id);
        Assert.Equal(2, spans.Length);
        Assert.Equal($"00-{trace}-{client.Id}-01", received);
        Assert.Equal(("GET /orders", "/orders", "200", "orders"), (server.Name, server["http.route"], server["http.response.status_code"], server["mesh.service"]));
        Assert.Equal((upstream.Address.Host, upstream.Address.Port.ToString()), (client["server.address"], client["server.port"]));
        Assert.Equal("mesh", OtlpReceiver.Attribute(server.Resource.GetProperty("resource"), "service.name"));
        Assert.DoesNotContain("s3cret", string.Concat(spans.Select(span => span.Span.GetRawText())), StringComparison.Ordinal);

        await gateway.Process.Until(() => Task.FromResult(Points(collector, "http.server.request.duration").Any(point => OtlpReceiver.Attribute(point, "http.route") == "/orders")), "the request is measured");
        JsonElement point = Points(collector, "http.server.request.duration").First(point => OtlpReceiver.Attribute(point, "http.route") == "/orders");
        Assert.Equal(14, point.GetProperty("explicitBounds").GetArrayLength());
        Assert.Equal(("GET", "http", "200"), (OtlpReceiver.Attribute(point, "http.request.method"), OtlpReceiver.Attribute(point, "url.scheme"), OtlpReceiver.Attribute(point, "http.response.status_code")));
        await gateway.Process.Until(() => Task.FromResult(Points(collector, "http.client.request.duration").Any(point => OtlpReceiver.Attribute(point, "server.port") == upstream.Address.Port.ToString())), "the try is measured");
        Assert.Contains(collector.Metrics, metric => metric.GetProperty("name").GetString() == "mesh.config.revision");
        Assert.Contains(collector.Metrics, metric => metric.GetProperty("name").GetString()!.StartsWith("kestrel.", StringComparison.Ordinal));

        // The exporter's own calls are nobody's upstream.
        Assert.DoesNotContain(Points(collector, "http.client.request.duration"), point => OtlpReceiver.Attribute(point, "server.port") == collector.HttpPort.ToString());
        await gateway.Process.Until(() => Task.FromResult(collector.Logs.Any()), "the log arrives");
        Assert.Equal([protocol == "grpc" ? "grpc" : "http"], collector.Transports);
    }

    [Fact]
    public async Task An_admin_write_is_one_trace_from_the_API_to_the_edge_that_applies_it()
    {
        await using OtlpReceiver collector = await OtlpReceiver.Start();
        await using var gateway = new Gateway(Exporting(collector, "grpc"));
        await gateway.Start();
        string trace = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/services/orders?wait=edges") { Content = JsonContent.Create(new { host = "a.test" }) };
        request.Headers.Add("traceparent", $"00-{trace}-{ClientSpan}-01");
        using HttpResponseMessage answer = await gateway.Admin.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

        await gateway.Process.Until(
            () =>
            {
                OtlpSpan[] known = [.. collector.Spans.Where(span => span.TraceId == trace)];
                HashSet<string> ids = [ClientSpan, .. known.Select(span => span.Id)];
                return Task.FromResult(known.Any(span => span.Name == "apply") && known.All(span => ids.Contains(span.Parent)));
            },
            "every span of the write arrives with its parent");
        OtlpSpan[] spans = [.. collector.Spans.Where(span => span.TraceId == trace)];
        OtlpSpan admin = Assert.Single(spans, span => span.Source == "Mesh.Admin");
        Assert.Equal(ClientSpan, admin.Parent);
        Assert.Contains(spans, span => span.Source.StartsWith("Microsoft.Orleans", StringComparison.Ordinal));
        Assert.Single(spans, span => span.Source == "Mesh.Log" && span.Name == "append");
        Assert.Single(spans, span => span.Source == "Mesh.Gateway" && span.Name == "apply");
    }

    [Fact]
    public async Task Of_the_traces_that_begin_here_a_share_is_sampled_and_upstreams_are_told_which()
    {
        const int requests = 60;
        await using OtlpReceiver collector = await OtlpReceiver.Start();
        ConcurrentQueue<string> received = [];
        await using Upstream upstream = await Upstream.Start(app => app.Run(context =>
        {
            received.Enqueue(context.Request.Headers.TraceParent.ToString());
            return context.Response.WriteAsync(context.Request.Headers["X-Kong-Request-Id"].ToString());
        }));
        await using var gateway = new Gateway(new Dictionary<string, string>(Exporting(collector, "grpc"))
        {
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0.5",
        });
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);
        for (int i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7");

            // One that cannot be read is none, and must not reach the upstream beside ours.
            request.Headers.TryAddWithoutValidation("traceparent", i % 2 == 0 ? [] : ["00-nonsense"]);
            using HttpResponseMessage answer = await gateway.Proxy.SendAsync(request);
            string id = await answer.Content.ReadAsStringAsync();
            Assert.Matches($"^00-(?:[0-9a-f]{{32}}-[0-9a-f]{{16}}-01|{id}-{id[..16]}-00)$", received.Last());
        }

        string[] sampled = [.. received.Where(parent => parent.EndsWith("-01", StringComparison.Ordinal))];
        Assert.InRange(sampled.Length, 1, requests - 1);
        await gateway.Process.Until(() => Task.FromResult(collector.Spans.Count(span => span["http.route"] == "/orders") == sampled.Length), "every sampled request arrives");
        Assert.All(sampled, parent => Assert.Contains(collector.Spans, span => parent == $"00-{span.TraceId}-{span.Id}-01"));
        Assert.All(collector.Spans.Where(span => span["http.route"] == "/orders"), span => Assert.Equal("", span.Parent));
    }

    [Fact]
    public async Task The_standard_variables_choose_what_is_sampled_and_what_the_process_is_called()
    {
        await using OtlpReceiver collector = await OtlpReceiver.Start();
        ConcurrentQueue<string> received = [];
        await using Upstream upstream = await Upstream.Start(app => app.Run(context =>
        {
            received.Enqueue(context.Request.Headers.TraceParent.ToString());
            return context.Response.WriteAsync("ok");
        }));
        await using var gateway = new Gateway(new Dictionary<string, string>(Exporting(collector, "grpc"))
        {
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0",
            ["OTEL_SERVICE_NAME"] = "front-door",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
            ["MESH_REGION"] = "eu-west",
            ["MESH_LOG_LEVEL"] = "debug",
        });
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);
        string unsampled = Guid.NewGuid().ToString("N");
        string sampled = Guid.NewGuid().ToString("N");
        foreach (string? parent in new[] { null, $"00-{unsampled}-{ClientSpan}-00", $"00-{sampled}-{ClientSpan}-01" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7");
            request.Headers.TryAddWithoutValidation("traceparent", parent is null ? [] : [parent]);
            using HttpResponseMessage answer = await gateway.Proxy.SendAsync(request);
            Assert.Equal("ok", await answer.Content.ReadAsStringAsync());
        }

        await gateway.Process.Until(() => Task.FromResult(collector.Spans.Count(span => span.TraceId == sampled) == 2), "the sampled request arrives");
        Assert.All(collector.Spans, span => Assert.Equal(sampled, span.TraceId));
        Assert.Collection(
            received,
            root => Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$", root),
            of => Assert.Matches($"^00-{unsampled}-[0-9a-f]{{16}}-00$", of),
            of => Assert.Matches($"^00-{sampled}-[0-9a-f]{{16}}-01$", of));

        JsonElement resource = collector.Spans.First().Resource.GetProperty("resource");
        Assert.Equal(
            ("front-door", "mesh", "test", "eu-west", Environment.MachineName),
            (OtlpReceiver.Attribute(resource, "service.name"), OtlpReceiver.Attribute(resource, "service.namespace"), OtlpReceiver.Attribute(resource, "deployment.environment.name"),
            OtlpReceiver.Attribute(resource, "mesh.region"), OtlpReceiver.Attribute(resource, "host.name")));
        Assert.NotNull(OtlpReceiver.Attribute(resource, "service.version"));
        Assert.True(Guid.TryParse(OtlpReceiver.Attribute(resource, "service.instance.id"), out _));
        using var write = new HttpRequestMessage(HttpMethod.Put, "/services/more") { Content = JsonContent.Create(new { host = "a.test" }) };
        write.Headers.Add("traceparent", $"00-{sampled}-{ClientSpan}-01");
        using HttpResponseMessage written = await gateway.Admin.SendAsync(write);
        Assert.True(written.IsSuccessStatusCode);
        await gateway.Process.Until(
            () => Task.FromResult(collector.Logs.Any(log => log.TryGetProperty("traceId", out JsonElement id) && Convert.ToHexStringLower(Convert.FromBase64String(id.GetString()!)) == sampled)),
            "what was logged in the trace names it");
    }

    private static Dictionary<string, string> Exporting(OtlpReceiver collector, string protocol) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{(protocol == "grpc" ? collector.GrpcPort : collector.HttpPort)}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_TRACES_SAMPLER"] = "parentbased_always_on",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
    };

    private static IEnumerable<JsonElement> Points(OtlpReceiver collector, string name) => collector.Metrics
        .Where(metric => metric.GetProperty("name").GetString() == name && metric.TryGetProperty("histogram", out _))
        .SelectMany(metric => OtlpReceiver.Items(metric.GetProperty("histogram"), "dataPoints"));
}
