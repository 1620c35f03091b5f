using System.Text.Json;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Tests.Admin;

/// <summary>What edges have reported, read over HTTP.</summary>
[Collection<AdminCollection>]
public class FleetTests(AdminFixture admin)
{
    private const string ListenerName = "proxy";

    [Fact]
    public async Task Reports_of_an_edge_are_read_by_edge_listener_route_service_upstream_and_in_sum()
    {
        int n = admin.NextNumber();
        Guid route = Guid.Parse((await admin.Client.Post("/routes", $$"""{"name":"fleet-{{n}}","paths":["/f"]}""")).Expect(201).String("id")!);
        Guid service = Guid.Parse((await admin.Client.Post("/services", $$"""{"name":"fleet-{{n}}","host":"a"}""")).Expect(201).String("id")!);
        Guid upstream = Guid.Parse((await admin.Client.Post("/upstreams", $$"""{"name":"fleet-{{n}}.example.com"}""")).Expect(201).String("id")!);
        Guid edge = Guid.NewGuid();
        await Report(edge, revision: await admin.Client.Revision(), route, service, upstream);

        JsonElement minute = (await admin.Client.Get($"/routes/fleet-{n}/traffic")).Expect(200).Json.GetProperty("minute");
        Assert.Equal((3, 2, 1), (minute.GetProperty("requests").GetInt64(), minute.GetProperty("statuses").GetProperty("2xx").GetInt64(), minute.GetProperty("statuses").GetProperty("5xx").GetInt64()));
        Assert.Equal(0.05, minute.GetProperty("requests_per_second").GetDouble());
        Assert.InRange(minute.GetProperty("latency_ms").GetProperty("p50").GetDouble(), 0.9, 1.2);
        Assert.Equal(3, (await admin.Client.Get($"/services/fleet-{n}/traffic")).Expect(200).Json.GetProperty("hour").GetProperty("requests").GetInt64());
        JsonElement target = Assert.Single((await admin.Client.Get($"/upstreams/{upstream}/traffic")).Expect(200).Json.GetProperty("targets").EnumerateArray());
        Assert.Equal("10.0.0.1:80", target.GetProperty("target").GetString());

        Assert.Contains((await admin.Client.Get("/edges")).Expect(200).Json.GetProperty("data").EnumerateArray(), item => item.GetProperty("id").GetGuid() == edge && item.GetProperty("live").GetBoolean());
        JsonElement one = (await admin.Client.Get($"/edges/{edge}")).Expect(200).Json;
        Assert.Equal("port in use", one.GetProperty("listeners")[0].GetProperty("reason").GetString());
        Assert.Contains((await admin.Client.Get("/edges/listeners")).Expect(200).Json.GetProperty("data").EnumerateArray(), item => item.GetProperty("name").GetString() == ListenerName);
        Assert.Equal("failed", (await admin.Client.Get($"/listeners/{ListenerName}/status")).Expect(200).Json.GetProperty("edges").EnumerateArray().First(item => item.GetProperty("edge").GetGuid() == edge).GetProperty("state").GetString());
        Assert.True((await admin.Client.Get("/metrics/summary")).Expect(200).Json.GetProperty("regions").TryGetProperty("default", out _));

        (await admin.Client.Get("/routes/nothing/traffic")).Expect(404);
        (await admin.Client.Get($"/edges/{Guid.NewGuid()}")).Expect(404);
        (await admin.Client.Get("/edges/nothing")).Expect(404);
        (await admin.Client.Get("/listeners/nothing/status")).Expect(404);
    }

    [Fact]
    public async Task A_write_can_wait_for_the_edges()
    {
        Guid edge = Guid.NewGuid();
        long revision = await admin.Client.Revision();
        await Report(edge, revision);
        Reply lagging = (await admin.Client.Post("/services?wait=edges&timeout=1", """{"host":"a"}""")).Expect(201);
        Assert.Matches(@"^applied=\d+ pending=[1-9]\d*$", lagging.Header("X-Mesh-Edges"));

        // An edge that is already beyond.
        await Report(edge, long.MaxValue);
        await Quiet(edge);
        Reply applied = (await admin.Client.Post("/services?wait=edges", """{"host":"a"}""")).Expect(201);
        Assert.Matches(@"^applied=[1-9]\d* pending=0$", applied.Header("X-Mesh-Edges"));

        Assert.Null((await admin.Client.Post("/services", """{"host":"a"}""")).Expect(201).Header("X-Mesh-Edges"));
        long before = await admin.Client.Revision();
        (await admin.Client.Post("/services?wait=paint", """{"host":"a"}""")).Expect(400);
        (await admin.Client.Post("/services?wait=edges&timeout=x", """{"host":"a"}""")).Expect(400);
        Assert.Equal(before, await admin.Client.Revision());
    }

    /// <summary>Every other edge of these tests reports that it is up to date.</summary>
    private async Task Quiet(Guid but)
    {
        EdgePresence[] edges = await admin.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory).Edges();
        foreach (EdgePresence other in edges.Where(edge => edge.Edge.Id != but))
        {
            await Report(other.Edge.Id, long.MaxValue);
        }
    }

    private Task Report(Guid edge, long revision, Guid route = default, Guid service = default, Guid upstream = default)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        (Guid Id, TrafficSample Sample)[] samples = route == default ? [] :
        [
            (route, Sample(TrafficSubject.Route, route)),
            (service, Sample(TrafficSubject.Service, service)),
            (upstream, Sample(TrafficSubject.Target, upstream) with { Address = "10.0.0.1:80" }),
        ];

        // One batch for each shard, as edges send them: a second one of the same report counts as a repetition.
        TrafficBatch[] traffic =
        [
            .. samples.GroupBy(sample => TrafficShards.Of(sample.Id), (shard, some) => new TrafficBatch(shard, now.ToUnixTimeSeconds() - 1, [.. some.Select(sample => sample.Sample)])),
        ];
        return admin.Report(new EdgeReport(
            new EdgeIdentity(edge, edge, "host", "1", "runtime", "default", "default", now), "default", admin.NextNumber(), now, revision, [],
            [new ListenerReport(Guid.Empty, ListenerName, "0.0.0.0:8000", ListenerState.Failed, "port in use", 0, 0)], new EdgeResources(1, 2, 3, 4, 5), traffic));
    }

    private static TrafficSample Sample(TrafficSubject subject, Guid id)
    {
        LatencySketch sketch = new([LatencySketch.Index(1000)], [3], 3000, 1023);
        return new TrafficSample(subject, id, null, 3, [0, 2, 0, 0, 1], 1, 0, 10, 20, sketch, sketch);
    }
}
