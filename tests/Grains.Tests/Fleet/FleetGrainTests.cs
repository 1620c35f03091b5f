using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Tests.Fleet;

public class FleetGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private readonly string region = Guid.NewGuid().ToString("n");
    private readonly string workspace = Guid.NewGuid().ToString("n");
    private readonly Guid session = Guid.NewGuid();
    private long sequence;

    private Task Report(Guid edge, long revision, params ListenerReport[] listeners)
    {
        var identity = new EdgeIdentity(edge, session, "host", "1", "10", region, "zone", DateTimeOffset.UnixEpoch);
        return cluster.Grains.GetGrain<IEdgeGrain>(edge).Report(new EdgeReport(
            identity, workspace, ++sequence, DateTimeOffset.UnixEpoch, revision, [], listeners, new EdgeResources(0, 0, 0, 0, 0), []));
    }

    private IFleetGrain Fleet => cluster.Grains.GetGrain<IFleetGrain>(region);

    private IFleetGrain Directory => cluster.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory);

    [Fact]
    public async Task A_reporting_edge_is_known_to_its_region_and_the_region_to_the_directory()
    {
        Guid edge = Guid.NewGuid();
        await Report(edge, 7);
        EdgePresence presence = Assert.Single(await Fleet.Edges());
        Assert.Equal((edge, 7L, true), (presence.Edge.Id, presence.AppliedRevision, presence.Live));
        Assert.Contains(region, await Directory.Regions());
        Assert.Contains(await Directory.Edges(), known => known.Edge.Id == edge);
    }

    [Fact]
    public async Task Waiting_ends_as_soon_as_the_last_edge_has_applied_the_revision()
    {
        (Guid first, Guid second) = (Guid.NewGuid(), Guid.NewGuid());
        await Report(first, 1);
        await Report(second, 1);
        Task<EdgePresence[]> wait = Directory.WaitApplied(workspace, 2, TimeSpan.FromSeconds(20));
        await Report(first, 2);
        Assert.False(wait.IsCompleted);
        await Report(second, 2);
        Assert.Empty(await wait);
    }

    [Fact]
    public async Task Those_that_lag_when_the_wait_ends_are_named_and_dead_ones_are_not_waited_for()
    {
        (Guid dead, Guid lagging) = (Guid.NewGuid(), Guid.NewGuid());
        await Report(dead, 1);
        cluster.Time.Advance(EdgeLiveness.Timeout);
        await Report(lagging, 1);
        EdgePresence[] named = await Fleet.WaitApplied(workspace, 2, TimeSpan.FromMilliseconds(1));
        Assert.Equal(lagging, Assert.Single(named).Edge.Id);
        Assert.Contains(await Fleet.Edges(), edge => edge.Edge.Id == dead && !edge.Live);
    }

    [Fact]
    public async Task A_stale_report_does_not_set_the_edge_back()
    {
        Guid edge = Guid.NewGuid();
        sequence = 10;
        await Report(edge, 5);
        sequence = 3;
        await Report(edge, 4);
        Assert.Equal(5, (await cluster.Grains.GetGrain<IEdgeGrain>(edge).Read())!.Report.AppliedRevision);
    }

    [Fact]
    public async Task Listeners_are_told_where_they_are_bound_and_when_they_are_gone()
    {
        Guid edge = Guid.NewGuid();
        var state = new ListenerReport(Guid.Empty, "proxy", "0.0.0.0:8000", ListenerState.Failed, "address in use", 0, 0);
        await Report(edge, 1, state);
        IListenerGrain listener = cluster.Grains.GetGrain<IListenerGrain>($"{workspace}/proxy");
        Assert.Equal((edge, state), Assert.Single((await listener.Read()).Select(reading => (reading.Edge, reading.State))));

        await Report(edge, 1);
        Assert.Empty(await listener.Read());
    }

    [Fact]
    public async Task A_region_answers_the_sum_of_what_entered_its_edges()
    {
        foreach (int requests in new[] { 2, 3 })
        {
            Guid edge = Guid.NewGuid();
            await Report(edge, 1);
            TrafficSample sample = Traffic.TrafficGrainTests.Sample(edge, requests, null, TrafficSubject.Edge);
            await cluster.Grains
                .GetGrain<ITrafficGrain>(TrafficShards.GrainKey(workspace, TrafficShards.Of(edge)))
                .Add(edge, session, 1, new TrafficBatch(TrafficShards.Of(edge), cluster.Time.GetUtcNow().ToUnixTimeSeconds(), [sample]));
        }

        TrafficReading reading = await Fleet.Traffic();
        Assert.Equal((5L, 2), (reading.Minute.Requests, reading.Minute.Edges));
    }
}
