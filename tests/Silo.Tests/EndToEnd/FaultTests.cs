using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>What must hold while things break, on real processes.</summary>
public class FaultTests
{
    private const int CommitsPerSecond = 100;
    private const int Seconds = 30;

    [Fact]
    public async Task Killing_the_all_in_one_under_a_stream_of_writes_loses_no_acknowledged_commit()
    {
        await using var gateway = new Gateway();
        await gateway.Start();
        var acknowledged = new ConcurrentDictionary<string, long>();
        for (int round = 0; round < 3; round++)
        {
            int enough = acknowledged.Count + 150;
            Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Write(gateway, $"r{round}w{writer}", acknowledged))];
            await gateway.Process.Until(() => Task.FromResult(acknowledged.Count >= enough), "writes are acknowledged");
            await gateway.Process.Kill();
            await Task.WhenAll(writers);
            await gateway.Start(edge: false);
        }

        foreach ((string name, long _) in acknowledged)
        {
            using HttpResponseMessage answer = await gateway.Admin.GetAsync($"/services/{name}");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{name} was acknowledged at revision {acknowledged[name]} and is gone");
        }

        Assert.Equal(acknowledged.Count, acknowledged.Values.Distinct().Count());
    }

    [Fact]
    public async Task Killing_Redis_in_the_middle_of_writes_loses_nothing_acknowledged_and_writes_go_on_after()
    {
        await using var redis = new RedisServer();
        await redis.Start();
        await using var gateway = new Gateway(new() { ["MESH_REDIS"] = $"127.0.0.1:{redis.Port}" });
        await gateway.Start();
        var acknowledged = new ConcurrentDictionary<string, long>();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Write(gateway, $"w{writer}", acknowledged))];
        await gateway.Process.Until(() => Task.FromResult(acknowledged.Count >= 200), "writes are acknowledged");
        await redis.Kill();
        await Task.WhenAll(writers);
        using (HttpResponseMessage refused = await gateway.Admin.PutAsJsonAsync("/services/refused", new { host = "example.com" }))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        await redis.Start();
        await gateway.Process.Until(
            async () => (await gateway.Admin.PutAsJsonAsync("/services/after", new { host = "example.com" })).IsSuccessStatusCode,
            "writes go on");
        foreach ((string name, long revision) in acknowledged)
        {
            using HttpResponseMessage answer = await gateway.Admin.GetAsync($"/services/{name}");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{name} was acknowledged at revision {revision} and is gone");
        }
    }

    [Fact]
    public async Task A_hundred_commits_a_second_for_half_a_minute_fail_no_request()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);

        using var load = new Load(gateway.Proxy, "/orders/7");
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / CommitsPerSecond));
        List<Task<HttpResponseMessage>> commits = [];
        for (int i = 0; i < CommitsPerSecond * Seconds; i++)
        {
            await beat.WaitForNextTickAsync();
            commits.Add(gateway.Admin.PutAsJsonAsync($"/routes/churn{i % 500}", new { paths = new[] { $"/churn{i}" }, service = new { name = "orders" } }));
        }

        foreach (HttpResponseMessage commit in await Task.WhenAll(commits))
        {
            Assert.Equal(HttpStatusCode.OK, commit.StatusCode);
        }

        string[] failures = await load.Stop();
        Assert.Equal([], failures);
        Assert.True(load.Answered > CommitsPerSecond * Seconds, $"only {load.Answered} requests were made");
    }

    [Fact]
    public async Task A_silo_restart_under_load_fails_no_request_at_a_separate_edge_and_the_edge_comes_back()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var silo = new Gateway(new() { ["MESH_EDGE_TOKEN"] = "edge-token" }, "start", "--role", "silo");
        await silo.Start(edge: false);
        await using EdgeProcess edge = new(silo, "edge-token");
        await edge.Start();
        await silo.RouteTo("orders", upstream.Address);
        await edge.Process.Until(async () => (await edge.Proxy.GetAsync("/orders/7")).IsSuccessStatusCode, "the edge serves the route");

        using var load = new Load(edge.Proxy, "/orders/7");
        await silo.Process.Kill();
        long before = load.Answered;
        await edge.Process.Until(() => Task.FromResult(load.Answered > before + 500), "requests go on while the silo is away");
        await silo.Start(edge: false);
        await silo.RouteTo("more", upstream.Address);
        await edge.Process.Until(async () => (await edge.Proxy.GetAsync("/more")).IsSuccessStatusCode, "the edge hears of new commits");
        string[] failures = await load.Stop();
        Assert.Equal([], failures);
    }

    [Fact]
    public async Task An_edge_started_with_no_silo_reachable_serves_from_disk_and_says_so()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var silo = new Gateway(new() { ["MESH_EDGE_TOKEN"] = "edge-token" }, "start", "--role", "silo");
        await silo.Start(edge: false);
        await using EdgeProcess edge = new(silo, "edge-token");
        await edge.Start();
        await silo.RouteTo("orders", upstream.Address);
        await edge.Process.Until(async () => (await edge.Proxy.GetAsync("/orders/7")).IsSuccessStatusCode, "the edge serves the route");
        edge.Process.Signal("TERM");
        await edge.Process.Exit();
        await silo.Process.Kill();

        await edge.Start();
        await edge.Process.Until(async () => (await edge.Proxy.GetAsync("/orders/7")).IsSuccessStatusCode, "the edge serves from disk");
        using HttpResponseMessage ready = await edge.Status.GetAsync("/status/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("disk", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task Write(Gateway gateway, string prefix, ConcurrentDictionary<string, long> acknowledged)
    {
        for (int i = 0; ; i++)
        {
            string name = $"{prefix}n{i}";
            try
            {
                using HttpResponseMessage answer = await gateway.Admin.PutAsJsonAsync($"/services/{name}", new { host = "example.com" });
                if (!answer.IsSuccessStatusCode)
                {
                    return;
                }

                acknowledged[name] = long.Parse(answer.Headers.GetValues("X-Mesh-Revision").Single());
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // The process is gone, as wanted.
                return;
            }
        }
    }
}
