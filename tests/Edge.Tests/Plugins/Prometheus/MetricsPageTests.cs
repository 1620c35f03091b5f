using System.Net;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Tests.Hosting;
using Mesh.Edge.Tests.Sync;
using Mesh.Edge.Tests.Telemetry.Exposition;

namespace Mesh.Edge.Tests.Plugins.Prometheus;

public sealed class MetricsPageTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeControlPlane controlPlane = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task The_status_listener_answers_scrapes_with_kongs_metrics()
    {
        await using TestUpstream upstream = await TestUpstream.Start("hello");
        controlPlane.Commit(
            Documents.Service(1, port: upstream.Port),
            Documents.Route(2, 1, "/a"),
            Documents.Put("consumers", 3, $$"""{"id":"{{Documents.Id(3)}}","username":"al\"ice"}"""),
            Documents.Put("keyauth_credentials", 4, $$"""{"id":"{{Documents.Id(4)}}","consumer":{"id":"{{Documents.Id(3)}}"},"key":"open"}"""),
            Documents.Put("plugins", 5, $$"""{"id":"{{Documents.Id(5)}}","name":"key-auth","config":{"key_in_query":true} }"""),
            Documents.Put("upstreams", 7, $$"""{"id":"{{Documents.Id(7)}}","name":"pool"}"""),
            Documents.Put("targets", 8, $$"""{"id":"{{Documents.Id(8)}}","upstream":{"id":"{{Documents.Id(7)}}"},"target":"10.0.0.1:80","weight":1}"""),
            Documents.Put("plugins", 6, $$"""
                {"id":"{{Documents.Id(6)}}","name":"prometheus","config":{"per_consumer":true,"status_code_metrics":true,"latency_metrics":true,"bandwidth_metrics":true,"upstream_health_metrics":true} }
                """));
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        await edge.Reaches(1);
        Assert.Equal(HttpStatusCode.OK, (await edge.Get("/a?apikey=open")).Status);
        Assert.Equal(HttpStatusCode.OK, (await edge.Get("/a?apikey=open")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await edge.Get("/a")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Get("/none")).Status);
        string page = "";
        const string labels = """service="service-1",route="route-2",workspace="default" """;
        await RunningEdge.Until(async () => (page = await Scrape(edge)).Contains($"kong_request_latency_ms_count{{{labels.TrimEnd()}}} 3\n", StringComparison.Ordinal));
        Assert.Contains("kong_http_requests_total{service=\"service-1\",route=\"route-2\",code=\"200\",source=\"service\",workspace=\"default\",consumer=\"al\\\"ice\"} 2\n", page);
        Assert.Contains("kong_http_requests_total{service=\"service-1\",route=\"route-2\",code=\"401\",source=\"kong\",workspace=\"default\",consumer=\"\"} 1\n", page);
        Assert.DoesNotContain(",code=\"404\"", page);
        Assert.Contains($"kong_upstream_latency_ms_bucket{{{labels.TrimEnd()},le=\"+Inf\"}} 2\n", page);
        Assert.Contains($"kong_kong_latency_ms_bucket{{{labels.TrimEnd()},le=\"6000\"}} 3\n", page);
        Assert.Matches("kong_bandwidth_bytes\\{service=\"service-1\",route=\"route-2\",direction=\"egress\",workspace=\"default\",consumer=\"al\\\\\"ice\"\\} [1-9]", page);
        Assert.Contains("kong_upstream_target_health{upstream=\"pool\",target=\"10.0.0.1:80\",address=\"10.0.0.1:80\",state=\"healthchecks_off\",subsystem=\"http\"} 1\n", page);
        Assert.Contains("kong_upstream_target_health{upstream=\"pool\",target=\"10.0.0.1:80\",address=\"10.0.0.1:80\",state=\"healthy\",subsystem=\"http\"} 0\n", page);
        Assert.Contains($"kong_nginx_requests_total{{node_id=\"{edge.Host.Identity.Id}\",subsystem=\"http\"}} 4\n", page);
        Assert.Contains($"kong_node_info{{node_id=\"{edge.Host.Identity.Id}\",version=\"", page);
        Assert.Contains("kong_datastore_reachable 1\n", page);
        await Promtool.Agrees(page);
    }

    [Fact]
    public async Task Without_the_plugin_only_the_node_is_told()
    {
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        string page = await Scrape(edge);
        Assert.Contains("# TYPE kong_nginx_connections_total gauge\n", page);
        Assert.DoesNotContain("kong_http_requests_total", page);
        Assert.DoesNotContain("kong_upstream_target_health", page);
        await Promtool.Agrees(page);
    }

    [Fact]
    public void A_value_stands_in_every_bucket_from_its_own_on()
    {
        var registry = new MetricsRegistry();
        RouteSeries series = registry.For(null, Tests.Pipeline.Entities.Route(2, null));
        int first = series.TakeLatencySlots();
        foreach (double milliseconds in new[] { 0.4, 1, 1.5, 70_000 })
        {
            LatencyHistogram.Kong.Observe(registry.Bank, first, TimeSpan.FromMilliseconds(milliseconds));
        }

        long[] buckets = [.. Enumerable.Range(0, LatencyHistogram.Kong.Bounds.Length + 1).Select(bucket => registry.Bank.Sum(first + LatencyHistogram.Kong.Offset + bucket))];
        Assert.Equal([2L, 1L], buckets[..2]);
        Assert.Equal((4L, 1L), (buckets.Sum(), buckets[^1]));
        Assert.Equal(70_002_900, registry.Bank.Sum(first + LatencyHistogram.Kong.Sum));
    }

    private static async Task<string> Scrape(RunningEdge edge)
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(new Uri(edge.Status, "/metrics"), TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; charset=UTF-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
