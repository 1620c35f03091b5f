using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Log;
using Mesh.Silo.Settings;
using Mesh.Silo.Tests.Hosting;

namespace Mesh.Silo.Tests.Workspaces;

public sealed class WorkspaceGrainTests : IAsyncLifetime
{
    private TestSilo silo = null!;

    public async ValueTask InitializeAsync() => silo = await TestSilo.Start(TestSilo.NewSettings() with { HistoryLimit = 100 });

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        Directory.Delete(silo.Settings.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task Commits_and_reads_back()
    {
        IWorkspaceGrain workspace = silo.Workspace("commits");
        CommitOutcome outcome = await workspace.Commit(Requests.Create("alice"));
        Assert.Equal((CommitStatus.Committed, 1), (outcome.Status, outcome.Revision));
        EntityReading read = await workspace.Read(EntityKinds.Consumers, "alice", null);
        Assert.Equal(1, read.Revision);
        Assert.Equal(Requests.Text(outcome.Results[0].Document), Requests.Text(read.Document));
        Assert.Single((await workspace.List(new ListQuery(EntityKinds.Consumers))).Documents);
        Assert.Equal(1, await workspace.Head());
    }

    [Fact]
    public async Task Refuses_what_is_wrong_stale_or_without_effect()
    {
        IWorkspaceGrain workspace = silo.Workspace("refusals");
        await workspace.Commit(Requests.Put("alice", "1"));
        CommitOutcome twice = await workspace.Commit(Requests.Create("alice"));
        Assert.Equal(CommitStatus.Rejected, twice.Status);
        Assert.NotEmpty(twice.Problems);
        Assert.Equal(CommitStatus.Stale, (await workspace.Commit(Requests.Create("bob", ifRevision: 0))).Status);
        Assert.Equal(CommitStatus.Unchanged, (await workspace.Commit(Requests.Create("bob") with { DryRun = true })).Status);
        Assert.Equal(1, await workspace.Head());
        Assert.Equal(2, (await workspace.Commit(Requests.Create("bob", ifRevision: 1))).Revision);
    }

    [Fact]
    public async Task A_repeated_operation_has_the_first_outcome_also_after_a_restart()
    {
        CommitRequest request = Requests.Create("alice", Guid.NewGuid());
        CommitOutcome first = await silo.Workspace("repeats").Commit(request);
        await silo.Workspace("repeats").Commit(Requests.Create("bob"));
        await Repeat();
        await silo.DisposeAsync();
        silo = await TestSilo.Start(silo.Settings);
        await Repeat();
        await Repeat();

        async Task Repeat()
        {
            CommitOutcome again = await silo.Workspace("repeats").Commit(request);
            Assert.Equal((CommitStatus.Committed, 1), (again.Status, again.Revision));
            EntityResult result = Assert.Single(again.Results);
            Assert.True(result.Created);
            Assert.Equal(Requests.Text(first.Results[0].Document), Requests.Text(result.Document));
            Assert.Equal(2, await silo.Workspace("repeats").Head());
        }
    }

    [Fact]
    public async Task A_waiting_reader_gets_the_next_commit()
    {
        IWorkspaceGrain workspace = silo.Workspace("waits");
        await workspace.Commit(Requests.Create("alice"));
        Task<ConfigDelta> waiting = workspace.ReadAfter(1);
        Task<ConfigDelta> relayed = silo.Relay("waits").Next(1);
        await workspace.Commit(Requests.Create("bob"));
        foreach (ConfigDelta delta in await Task.WhenAll(waiting, relayed))
        {
            Assert.False(delta.TooFarBehind);
            Assert.Equal([2], delta.Commits.Select(commit => commit.Revision));
            Assert.Equal("create consumers/bob", delta.Commits[0].Summary);
        }

        Assert.Equal([1, 2], (await workspace.ReadAfter(0)).Commits.Select(commit => commit.Revision));
        Assert.Equal([1, 2], (await silo.Relay("waits").Next(0)).Commits.Select(commit => commit.Revision));
    }

    [Fact]
    public async Task Snapshot_pages_are_one_reading()
    {
        IWorkspaceGrain workspace = silo.Workspace("pages");
        string filler = new('x', 60_000);
        for (int i = 0; i < 20; i++)
        {
            await workspace.Commit(Requests.Put($"c{i}", $"{i}{filler}"));
        }

        foreach (Func<long?, int, Task<SnapshotPage?>> read in new[] { workspace.Snapshot, silo.Relay("pages").Snapshot })
        {
            SnapshotPage first = (await read(null, 0))!;
            Assert.InRange(first.Pages, 2, 4);
            await workspace.Commit(Requests.Put("c0", Guid.NewGuid().ToString()));
            var entities = new List<EntityChange>(first.Entities);
            for (int page = 1; page < first.Pages; page++)
            {
                SnapshotPage next = (await read(first.Revision, page))!;
                Assert.Equal((first.Revision, page, first.Pages), (next.Revision, next.Page, next.Pages));
                entities.AddRange(next.Entities);
            }

            Assert.Equal(20, entities.Select(entity => entity.Id).Distinct().Count());
            Assert.Null(await read(first.Revision, first.Pages));
            Assert.Null(await read(1, 0));
        }
    }

    [Fact]
    public async Task Snapshots_are_written_behind_and_history_stays_bounded()
    {
        const int Commits = 260;
        SiloSettings settings = silo.Settings;
        for (int i = 1; i <= Commits; i++)
        {
            await silo.Workspace("bounded").Commit(Requests.Put($"c{i % 30}", $"{i}"));
        }

        WorkspaceLog log = silo.Services.GetService(typeof(LogStore)) is LogStore logs ? logs.Open("bounded") : throw new InvalidOperationException();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!((await log.Snapshots.Index()).TrimBound >= Commits - 40 && await log.Commits.Read(Commits - 115, Commits - 115).AnyFails()))
        {
            await poll.WaitForNextTickAsync(patience.Token);
        }

        Assert.Equal(100, await log.Commits.Read(Commits - 99, Commits).CountAsync(TestContext.Current.CancellationToken));
        await silo.DisposeAsync();
        silo = await TestSilo.Start(settings);
        Assert.Equal(Commits, await silo.Workspace("bounded").Head());
        Assert.Equal(30, (await silo.Workspace("bounded").List(new ListQuery(EntityKinds.Consumers))).Documents.Length);
        ConfigDelta behind = await silo.Workspace("bounded").ReadAfter(1);
        Assert.True(behind.TooFarBehind);
        Assert.True((await silo.Relay("bounded").Next(1)).TooFarBehind);
    }
}
