using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Sync;
using Mesh.Edge.Sync.LastKnownGood;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Sync;

public sealed class SyncLoopTests : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeTimeProvider time = new();
    private readonly FakeControlPlane controlPlane = new();
    private readonly List<Edge> edges = [];

    public async ValueTask DisposeAsync()
    {
        foreach (Edge edge in edges)
        {
            await edge.DisposeAsync();
        }

        directory.Dispose();
    }

    [Fact]
    public async Task An_empty_workspace_is_a_configuration_too()
    {
        Edge edge = Start();
        await edge.Loop.FirstConfiguration.WaitAsync(Guard);
        Assert.True(edge.Loop.Status.HasConfiguration);
        Assert.Equal(0, edge.Current.Value.Revision);
    }

    [Fact]
    public async Task Commits_are_followed_and_each_is_told_of()
    {
        Edge edge = Start();
        await edge.Loop.FirstConfiguration.WaitAsync(Guard);
        controlPlane.Commit(Documents.Service(1), Documents.Route(1, 1));
        await edge.Reaches(1);
        controlPlane.Commit(Documents.Service(1, port: 81));
        await edge.Reaches(2);
        controlPlane.Commit(Documents.Delete(EntityKinds.Routes, 1));
        await edge.Reaches(3);

        EntityStore entities = edge.Current.Value.Entities;
        Assert.Equal(81, entities.Services.GetValueOrDefault(Documents.Id(1))!.Port);
        Assert.Equal(0, entities.Routes.Count);
        Assert.Equal([0L, 1, 2, 3], edge.AppliedRevisions);
        Assert.Equal(ConfigurationSource.ControlPlane, edge.Loop.Status.Source);
    }

    [Fact]
    public async Task Too_far_behind_loads_every_page_of_a_snapshot()
    {
        for (int number = 1; number <= 7; number++)
        {
            controlPlane.Commit(Documents.Service(number));
        }

        Edge edge = Start();
        await edge.Reaches(7);
        Assert.Equal(7, edge.Current.Value.Entities.Services.Count);

        controlPlane.Failure = new IOException("away");
        await edge.Until(() => !edge.Loop.Status.Connected);
        controlPlane.Commit(Documents.Service(8));
        controlPlane.Commit(Documents.Delete(EntityKinds.Services, 1));
        controlPlane.Trim(9);
        controlPlane.ReadingsToLose = 1;
        controlPlane.Failure = null;
        await edge.Reaches(9);
        Assert.Equal(7, edge.Current.Value.Entities.Services.Count);
        Assert.False(edge.Current.Value.Entities.Services.ContainsKey(Documents.Id(1)));
    }

    [Fact]
    public async Task What_was_the_same_before_a_reload_keeps_its_identity()
    {
        controlPlane.Commit(Documents.Service(1), Documents.Service(2));
        Edge edge = Start();
        await edge.Reaches(1);
        object before = edge.Current.Value.Entities.Services.GetValueOrDefault(Documents.Id(1))!;
        controlPlane.Commit(Documents.Service(3));
        controlPlane.Script(after => new ConfigDelta(after, 2, [], TooFarBehind: true));
        await edge.Reaches(2);
        Assert.Same(before, edge.Current.Value.Entities.Services.GetValueOrDefault(Documents.Id(1)));
    }

    [Fact]
    public async Task Repeated_commits_are_dropped_and_a_gap_is_not_jumped()
    {
        controlPlane.Commit(Documents.Service(1));
        Edge edge = Start();
        await edge.Reaches(1);
        controlPlane.Script(after => new ConfigDelta(after, 2, [Documents.Commit(1, Documents.Service(9)), Documents.Commit(2, Documents.Service(2))], TooFarBehind: false));
        controlPlane.Commit(Documents.Service(2));
        await edge.Reaches(2);
        Assert.False(edge.Current.Value.Entities.Services.ContainsKey(Documents.Id(9)));

        int snapshots = controlPlane.SnapshotCalls;
        controlPlane.Script(after => new ConfigDelta(after, 4, [Documents.Commit(4, Documents.Service(4))], TooFarBehind: false));
        controlPlane.Commit(Documents.Service(3));
        await edge.Until(() => edge.Current.Value.Revision >= 3);
        controlPlane.Commit(Documents.Service(4));
        await edge.Reaches(4);
        Assert.True(controlPlane.SnapshotCalls > snapshots);
        Assert.Equal(4, edge.Current.Value.Entities.Services.Count);
    }

    [Fact]
    public async Task An_absent_control_plane_is_told_of_and_waited_for()
    {
        controlPlane.Commit(Documents.Service(1));
        Edge edge = Start();
        await edge.Reaches(1);
        controlPlane.Failure = new IOException("the network is down");
        await edge.Until(() => edge.Loop.Status.Failure == "the network is down");
        Assert.False(edge.Loop.Status.Connected);
        Assert.Equal(1, edge.Current.Value.Revision);

        controlPlane.Commit(Documents.Service(2));
        controlPlane.Failure = null;
        await edge.Reaches(2);
        Assert.True(edge.Loop.Status.Connected);
        Assert.Null(edge.Loop.Status.Failure);
    }

    [Fact]
    public async Task A_call_that_never_ends_is_given_up()
    {
        Edge edge = Start();
        await edge.Loop.FirstConfiguration.WaitAsync(Guard);
        await edge.Until(() => edge.Loop.Status.Failure is not null);
        Assert.Contains("has not answered", edge.Loop.Status.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_without_news_do_not_make_it_spin()
    {
        Edge edge = Start();
        await edge.Loop.FirstConfiguration.WaitAsync(Guard);
        for (int i = 0; i < 1000; i++)
        {
            controlPlane.Script(after => new ConfigDelta(after, after, [], TooFarBehind: false));
        }

        // The clock stands still: a loop that does not wait would use them all up.
        int calls = controlPlane.NextCalls;
        controlPlane.Commit(Documents.Service(1));
        await edge.Reaches(1);
        Assert.True(controlPlane.NextCalls - calls >= 1000);
        Assert.True(edge.Advanced > SyncLoop.FirstDelay * 100);
    }

    [Fact]
    public async Task A_log_that_went_back_is_followed_and_told_of()
    {
        controlPlane.Commit(Documents.Service(1));
        controlPlane.Commit(Documents.Service(2));
        controlPlane.Commit(Documents.Service(3));
        Edge edge = Start();
        await edge.Reaches(3);
        controlPlane.LoseData(1);
        await edge.Until(() => edge.Current.Value.Revision == 1);
        Assert.Equal(1, edge.Current.Value.Entities.Services.Count);
        ApplyProblem problem = Assert.Single(edge.Loop.Status.Problems);
        Assert.Contains("went back from revision 3 to 1", problem.Reason, StringComparison.Ordinal);

        controlPlane.Commit(Documents.Service(4));
        await edge.Reaches(2);
        Assert.Empty(edge.Loop.Status.Problems);
    }

    [Fact]
    public async Task A_commit_that_breaks_the_compiler_is_healed_by_a_snapshot()
    {
        controlPlane.Commit(Documents.Service(1));
        Edge edge = Start();
        await edge.Reaches(1);
        controlPlane.Commit([null!]);
        await edge.Reaches(2);
        Assert.Equal(1, edge.Current.Value.Entities.Services.Count);
        Assert.Empty(edge.Loop.Status.Problems);
    }

    [Fact]
    public async Task What_cannot_be_compiled_at_all_leaves_the_old_snapshot_and_is_reported_until_something_newer_can()
    {
        controlPlane.Commit(Documents.Service(1));
        Edge edge = Start();
        await edge.Reaches(1);
        controlPlane.SnapshotPoisoned = true;
        controlPlane.Commit([null!]);
        int snapshots = controlPlane.SnapshotCalls;
        int calls = controlPlane.NextCalls;
        await edge.Until(() => controlPlane.NextCalls > calls + 5);
        Assert.Equal(1, edge.Current.Value.Revision);
        Assert.Equal(1, edge.Current.Value.Entities.Services.Count);
        ApplyProblem problem = Assert.Single(edge.Loop.Status.Problems);
        Assert.Equal((2L, "", Guid.Empty), (problem.Revision, problem.Kind, problem.Id));
        Assert.Equal(snapshots + 1, controlPlane.SnapshotCalls);

        controlPlane.SnapshotPoisoned = false;
        controlPlane.Commit(Documents.Service(3));
        await edge.Reaches(3);
        Assert.Empty(edge.Loop.Status.Problems);
    }

    [Fact]
    public async Task With_no_control_plane_it_serves_from_disk_and_then_catches_up()
    {
        controlPlane.Commit(Documents.Service(1));
        controlPlane.Commit(Documents.Route(1, 1));
        Edge first = Start();
        await first.Reaches(2);
        controlPlane.Commit(Documents.Route(2, 1));
        await first.Reaches(3);
        UInt128 fingerprint = first.Current.Value.Entities.Fingerprint;
        Assert.True(first.LastKnownGood.Flush());
        await first.DisposeAsync();

        controlPlane.Failure = new IOException("no silo");
        Edge second = Start();
        Assert.True(second.Loop.FirstConfiguration.IsCompleted);
        Assert.Equal(3, second.Current.Value.Revision);
        Assert.Equal(fingerprint, second.Current.Value.Entities.Fingerprint);
        await second.Until(() => second.Loop.Status.Failure is not null);
        Assert.Equal(ConfigurationSource.Disk, second.Loop.Status.Source);

        controlPlane.Failure = null;
        controlPlane.Commit(Documents.Route(3, 1));
        await second.Reaches(4);
        Assert.Equal(ConfigurationSource.ControlPlane, second.Loop.Status.Source);
        Assert.True(second.LastKnownGood.Flush());
        Assert.Equal(4, second.LastKnownGood.WrittenRevision);
    }

    [Fact]
    public async Task A_disk_that_cannot_continue_is_given_the_whole()
    {
        controlPlane.Commit(Documents.Service(1));
        Edge edge = Start();
        await edge.Reaches(1);
        Assert.True(edge.LastKnownGood.Flush());
        foreach (string file in Directory.GetFiles(edge.Place))
        {
            File.WriteAllText(file, "gone");
        }

        controlPlane.Commit(Documents.Service(2));
        await edge.Reaches(2);
        Assert.True(edge.LastKnownGood.Flush());
        Assert.True(edge.LastKnownGood.NeedsWhole);
        controlPlane.Commit(Documents.Service(3));
        await edge.Reaches(3);
        await edge.Until(() => !edge.LastKnownGood.NeedsWhole);
        Assert.True(edge.LastKnownGood.Flush());
        Assert.Equal(3, edge.LastKnownGood.WrittenRevision);
    }

    private static CancellationToken Guard => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private Edge Start()
    {
        var edge = new Edge(directory.File("configuration"), directory.File("lock"), controlPlane, time);
        edges.Add(edge);
        return edge;
    }

    private sealed class Edge : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly FakeTimeProvider time;
        private readonly Task running;
        private readonly List<long> applied = [];

        public Edge(string place, string lockPath, FakeControlPlane controlPlane, FakeTimeProvider time)
        {
            this.time = time;
            Place = place;
            var compiler = new EdgeCompiler(PluginCatalog.Default, _ => default);
            Current = new CurrentSnapshot(compiler.Empty);
            LastKnownGood = new LastKnownGoodWriter(new GenerationStore(place, new PayloadSeal(null)), lockPath, time, NullLogger.Instance);
            Loop = new SyncLoop(controlPlane, "default", compiler, Current, LastKnownGood, time, NullLogger.Instance)
            {
                Applied = () => applied.Add(Current.Value.Revision),
            };
            Loop.LoadFromDisk();
            running = Loop.Run(stop.Token);
        }

        public string Place { get; }

        public CurrentSnapshot Current { get; }

        public LastKnownGoodWriter LastKnownGood { get; }

        public SyncLoop Loop { get; }

        public TimeSpan Advanced { get; private set; }

        public IReadOnlyList<long> AppliedRevisions => applied;

        public Task Reaches(long revision) => Until(() => Current.Value.Revision == revision);

        public async Task Until(Func<bool> condition)
        {
            CancellationToken guard = Guard;
            TimeSpan step = TimeSpan.FromMilliseconds(10);
            while (!condition())
            {
                guard.ThrowIfCancellationRequested();
                time.Advance(step);
                Advanced += step;
                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            LastKnownGood.Dispose();
        }
    }
}
