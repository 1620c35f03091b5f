using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Tests.Traffic;

public class TrafficGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private readonly string workspace = Guid.NewGuid().ToString("n");

    private long Now => cluster.Time.GetUtcNow().ToUnixTimeSeconds();

    internal static TrafficSample Sample(Guid route, long requests = 1, string? address = null, TrafficSubject subject = TrafficSubject.Route) => new(
        subject, route, address, requests, [0, requests, 0, 0, 0], 0, 0, 10 * requests, 20 * requests,
        new LatencySketch([LatencySketch.Index(1000)], [requests], 1000 * requests, 1000),
        LatencySketch.Empty);

    private ITrafficGrain Shard(Guid id) => cluster.Grains.GetGrain<ITrafficGrain>(TrafficShards.GrainKey(workspace, TrafficShards.Of(id)));

    private Task Add(Guid edge, Guid session, long sequence, long second, params TrafficSample[] samples) =>
        Shard(samples[0].Id).Add(edge, session, sequence, new TrafficBatch(TrafficShards.Of(samples[0].Id), second, samples));

    [Fact]
    public async Task Samples_of_several_edges_add_up_and_are_read_through_the_route()
    {
        Guid route = Guid.NewGuid();
        await Add(Guid.NewGuid(), Guid.NewGuid(), 1, Now, Sample(route, 3));
        await Add(Guid.NewGuid(), Guid.NewGuid(), 1, Now, Sample(route, 4));

        TrafficReading reading = await cluster.Grains.GetGrain<IRouteGrain>($"{workspace}/{route}").Traffic();
        Assert.Equal((7L, 2, 70L, 140L), (reading.Minute.Requests, reading.Minute.Edges, reading.Minute.BytesIn, reading.Minute.BytesOut));
        Assert.Equal(7, reading.Hour.Requests);
        Assert.Equal([7L], reading.Hour.Latency.Counts);
        Assert.Equal((7000L, 1000L), (reading.Hour.Latency.Sum, reading.Hour.Latency.Max));
    }

    [Fact]
    public async Task A_repeated_report_counts_once_and_a_new_session_starts_again()
    {
        (Guid route, Guid edge, Guid session) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Add(edge, session, 5, Now, Sample(route));
        await Add(edge, session, 5, Now, Sample(route));
        await Add(edge, session, 4, Now, Sample(route));
        await Add(edge, Guid.NewGuid(), 1, Now, Sample(route));

        Assert.Equal(2, (await Shard(route).Read(TrafficSubject.Route, route, null)).Hour.Requests);
    }

    [Fact]
    public async Task Traffic_leaves_the_minute_and_then_the_hour()
    {
        (Guid route, Guid edge, Guid session) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Add(edge, session, 1, Now, Sample(route));
        cluster.Time.Advance(TimeSpan.FromSeconds(66));
        TrafficReading reading = await Shard(route).Read(TrafficSubject.Route, route, null);
        Assert.Equal((0L, 1L), (reading.Minute.Requests, reading.Hour.Requests));

        cluster.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await Shard(route).Read(TrafficSubject.Route, route, null)).Hour.Requests);
    }

    [Fact]
    public async Task Targets_are_told_apart_and_read_through_their_upstream()
    {
        Guid upstream = Guid.NewGuid();
        await Add(
            Guid.NewGuid(), Guid.NewGuid(), 1, Now,
            Sample(upstream, 1, "b:80", TrafficSubject.Target),
            Sample(upstream, 2, "a:80", TrafficSubject.Target));

        TrafficReading[] targets = await cluster.Grains.GetGrain<IUpstreamGrain>($"{workspace}/{upstream}").Traffic();
        Assert.Equal([("a:80", 2L), ("b:80", 1L)], targets.Select(target => (target.Address!, target.Minute.Requests)));
    }

    [Fact]
    public async Task A_clock_that_runs_ahead_at_an_edge_does_not_hide_its_traffic()
    {
        Guid route = Guid.NewGuid();
        await Add(Guid.NewGuid(), Guid.NewGuid(), 1, Now + 100_000, Sample(route));
        Assert.Equal(1, (await Shard(route).Read(TrafficSubject.Route, route, null)).Minute.Requests);
    }
}
