using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Sync;

namespace Mesh.Edge.Tests.Streams;

/// <summary>The plugins that know streams, on real ones.</summary>
public sealed class StreamPluginTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("""{"deny":["127.0.0.0/8"]}""", false)]
    [InlineData("""{"allow":["192.0.2.1"]}""", false)]
    [InlineData("""{"allow":["127.0.0.1"]}""", true)]
    public async Task Addresses_are_restricted_before_a_target_is_turned_to(string config, bool passes)
    {
        await using var target = TcpTarget.Named("t");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            StreamEdge.Service(1, target.Port),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere),
            StreamEdge.Plugin(9, "ip-restriction", config, """["tcp","tls"]"""));
        if (passes)
        {
            Assert.Equal("t:x", await edge.ExchangeAsync("x"));
            return;
        }

        using Socket client = await edge.ConnectAsync();
        Assert.True(await StreamEdge.IsClosedAsync(client));
        Assert.Equal(1, (await edge.TrafficOfRouteAsync(2)).Statuses[3]);
        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task A_plugin_for_other_protocols_stands_aside_and_one_that_cannot_be_run_closes()
    {
        await using var target = TcpTarget.Named("t");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            StreamEdge.Service(1, target.Port),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere),
            StreamEdge.Plugin(9, "ip-restriction", """{"deny":["127.0.0.1"]}""", """["http","tls"]"""));
        Assert.Equal("t:x", await edge.ExchangeAsync("x"));

        edge.Apply(StreamEdge.Plugin(9, "of-a-later-version", "{}", """["tcp"]"""));
        using Socket client = await edge.ConnectAsync();
        Assert.True(await StreamEdge.IsClosedAsync(client));
        Assert.Equal(1, target.Connections);
    }

    [Fact]
    public async Task A_stream_is_written_as_Kong_writes_it_whatever_became_of_it()
    {
        string path = Path.Combine(directory.Path, "streams.log");
        await using var target = TcpTarget.Named("t");
        int dead = TcpTarget.DeadPort();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            TcpStreamTests.Upstream(5, "pool.test"),
            TcpStreamTests.Target(6, 5, $"127.0.0.1:{dead}"),
            TcpStreamTests.Target(7, 5, $"127.0.0.1:{target.Port}"),
            StreamEdge.Service(1, 80, host: "pool.test"),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere),
            StreamEdge.Plugin(9, "file-log", $$"""{"path":"{{path}}"}"""));
        Assert.Equal("t:12345", await edge.ExchangeAsync("12345"));
        Assert.Equal("t:12345", await edge.ExchangeAsync("12345"));
        edge.Apply(Documents.Delete("routes", 2));
        using Socket client = await edge.ConnectAsync();
        Assert.True(await StreamEdge.IsClosedAsync(client));

        await edge.Server.StopAsync(TestEdge.Guard);
        await edge.Outputs.StopAsync(TestEdge.Guard);
        JsonNode[] lines = [.. (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Select(line => JsonNode.Parse(line)!)];

        Assert.Equal(3, lines.Length);
        JsonNode retried = lines.First(line => line["tries"]?.AsArray().Count == 2);
        Assert.Equal((5, 7, 200), ((int)retried["session"]!["received"]!, (int)retried["session"]!["sent"]!, (int)retried["session"]!["status"]!));
        Assert.Equal(edge.EndPoint.Port, (int)retried["session"]!["server_port"]!);
        Assert.Equal((7, 5), ((int)retried["upstream"]!["received"]!, (int)retried["upstream"]!["sent"]!));
        Assert.Equal(("failed", dead), ((string)retried["tries"]![0]!["state"]!, (int)retried["tries"]![0]!["port"]!));
        Assert.Null(retried["tries"]![1]!["state"]);
        Assert.True((long)retried["latencies"]!["session"]! >= 0);
        Assert.Equal(("route-2", "service-1", "127.0.0.1"), ((string)retried["route"]!["name"]!, (string)retried["service"]!["name"]!, (string)retried["client_ip"]!));
        JsonNode lost = lines.Single(line => line["route"] is null);
        Assert.Equal(500, (int)lost["session"]!["status"]!);
    }

    [Fact]
    public async Task Streams_are_counted_under_Kongs_names()
    {
        await using var target = TcpTarget.Named("t");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            StreamEdge.Service(1, target.Port),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere),
            StreamEdge.Plugin(9, "prometheus", """{"status_code_metrics":true,"latency_metrics":true,"bandwidth_metrics":true}"""));
        Assert.Equal("t:12345", await edge.ExchangeAsync("12345"));

        string page = "";
        await TestEdge.UntilAsync(() => (page = edge.MetricsPage()).Contains("kong_stream_sessions_total", StringComparison.Ordinal));
        await edge.Server.StopAsync(TestEdge.Guard);
        page = edge.MetricsPage();
        Assert.Contains("""kong_stream_sessions_total{service="service-1",route="route-2",code="200",source="service",workspace="default"} 1""", page, StringComparison.Ordinal);
        Assert.Contains("""kong_session_duration_ms_count{service="service-1",route="route-2",workspace="default"} 1""", page, StringComparison.Ordinal);
        Assert.Contains("""kong_bandwidth_bytes{service="service-1",route="route-2",direction="ingress",workspace="default",consumer=""} 5""", page, StringComparison.Ordinal);
        Assert.Contains("""direction="egress",workspace="default",consumer=""} 7""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("kong_http_requests_total", page, StringComparison.Ordinal);
    }
}
