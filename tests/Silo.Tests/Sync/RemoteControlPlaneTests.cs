using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Sync.Remote;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Silo.Tests.Sync;

/// <summary>An edge's Orleans client against a real silo that comes, goes and comes back as another cluster.</summary>
public sealed class RemoteControlPlaneTests
{
    private const string Workspace = "default";

    [Fact]
    public async Task It_connects_when_a_silo_comes_and_again_after_a_restart_and_after_a_change_of_cluster()
    {
        await using RestartableSilo silo = await RestartableSilo.Prepare();
        await using var plane = new RemoteControlPlane(new GatewayDirectory(silo.Address, null), NullLoggerFactory.Instance);
        plane.Start();
        await Assert.ThrowsAsync<IOException>(() => plane.Snapshot(Workspace, null, 0, CancellationToken.None));

        await silo.Start();
        long first = await silo.Commit("one");
        SnapshotPage page = await Persist(() => plane.Snapshot(Workspace, null, 0, CancellationToken.None));
        Assert.Equal((first, 1), (page.Revision, page.Entities.Length));

        Task<ConfigDelta> waiting = plane.Next(Workspace, first, CancellationToken.None);
        long second = await silo.Commit("two");
        Assert.Equal(second, Assert.Single((await waiting).Commits).Revision);

        EdgeReport report = Report(second);
        await plane.Report(report, CancellationToken.None);
        EdgeReading? reading = await silo.Grains.GetGrain<IEdgeGrain>(report.Edge.Id).Read();
        Assert.Equal(second, reading!.Report.AppliedRevision);
        TrafficReading traffic = await silo.Grains.GetGrain<ITrafficGrain>(TrafficShards.GrainKey(Workspace, TrafficShards.Of(report.Edge.Id)))
            .Read(TrafficSubject.Route, report.Edge.Id, null);
        Assert.Equal(3, traffic.Minute.Requests);

        // What is under way at a silo that stops ends, with an empty answer or with an error, and then calls fail.
        Task<ConfigDelta> interrupted = plane.Next(Workspace, second, CancellationToken.None);
        await silo.Stop();
        Exception? failure = await Record.ExceptionAsync(() => interrupted);
        Assert.True(failure is not null || (await interrupted).Commits.Length == 0);

        await silo.Start();
        long third = await silo.Commit("three");
        ConfigDelta delta = await Persist<ConfigDelta>(async () => await plane.Next(Workspace, second, CancellationToken.None));
        Assert.Equal(third, delta.Commits[^1].Revision);

        await silo.Stop();
        silo.ClusterId = "second";
        await silo.Start();
        long fourth = await silo.Commit("four");
        delta = await Persist<ConfigDelta>(async () => await plane.Next(Workspace, third, CancellationToken.None));
        Assert.Equal(fourth, delta.Commits[^1].Revision);
    }

    private static EdgeReport Report(long revision)
    {
        var edge = new EdgeIdentity(Guid.NewGuid(), Guid.NewGuid(), "host", "1", "10", "region", "zone", DateTimeOffset.UtcNow);
        var sample = new TrafficSample(TrafficSubject.Route, edge.Id, null, 3, [0, 3, 0, 0, 0], 0, 0, 0, 0, LatencySketch.Empty, LatencySketch.Empty);
        var batch = new TrafficBatch(TrafficShards.Of(edge.Id), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), [sample]);
        return new EdgeReport(edge, Workspace, 1, DateTimeOffset.UtcNow, revision, [], [], new EdgeResources(0, 0, 0, 0, 0), [batch]);
    }

    /// <summary>As the sync loop does: a call that fails is made again.</summary>
    private static async Task<T> Persist<T>(Func<Task<T?>> call)
        where T : class
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                if (await call() is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !guard.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }
}
