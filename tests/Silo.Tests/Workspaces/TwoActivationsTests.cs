using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Log;
using Mesh.Silo.Tests.EndToEnd;
using Mesh.Silo.Tests.Hosting;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Workspaces;

/// <summary>Two clusters on one Redis: the same workspace is active twice for certain.</summary>
public sealed class TwoActivationsTests : IAsyncLifetime
{
    private readonly RedisServer redis = new();
    private TestSilo one = null!;
    private TestSilo other = null!;

    public async ValueTask InitializeAsync()
    {
        await redis.Start();
        one = await TestSilo.Start(TestSilo.NewSettings($"127.0.0.1:{redis.Port}") with { ClusterId = "one" });
        other = await TestSilo.Start(TestSilo.NewSettings($"127.0.0.1:{redis.Port}") with { ClusterId = "other" });
    }

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await other.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Never_both_commit_a_revision()
    {
        const int Each = 60;
        CommitOutcome[][] outcomes = await Task.WhenAll(Write(one, "a"), Write(other, "b"));
        long[] revisions = [.. outcomes.SelectMany(mine => mine).Select(outcome => outcome.Revision).Order()];
        Assert.Equal(Enumerable.Range(1, 2 * Each).Select(i => (long)i), revisions);
        foreach (TestSilo silo in new[] { one, other })
        {
            // Whoever is behind catches up before it refuses.
            Assert.Equal(CommitStatus.Rejected, (await silo.Workspace("split").Commit(Requests.Create("a0"))).Status);
            Assert.Equal(CommitStatus.Rejected, (await silo.Workspace("split").Commit(Requests.Create("b0"))).Status);
            Assert.Equal(2 * Each, (await silo.Workspace("split").List(new ListQuery(EntityKinds.Consumers, Size: 1000))).Documents.Length);
        }

        static async Task<CommitOutcome[]> Write(TestSilo silo, string prefix)
        {
            var done = new List<CommitOutcome>();
            for (int i = 0; i < Each; i++)
            {
                CommitRequest request = Requests.Create($"{prefix}{i}");
                CommitOutcome? outcome = null;
                while (outcome is null)
                {
                    try
                    {
                        outcome = await silo.Workspace("split").Commit(request);
                    }
                    catch (StoreUnavailableException)
                    {
                        // Lost twice in a row to the other activation: the same operation again.
                        await Task.Yield();
                    }
                }

                Assert.Equal(CommitStatus.Committed, outcome.Status);
                done.Add(outcome);
            }

            return [.. done];
        }
    }

    [Fact]
    public async Task With_redis_away_reading_goes_on_and_writing_says_so()
    {
        IWorkspaceGrain workspace = one.Workspace("away");
        await workspace.Commit(Requests.Create("alice"));
        await redis.Kill();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => workspace.Commit(Requests.Create("bob")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => workspace.Commit(Requests.Create("carol")));
        Assert.NotNull((await workspace.Read(EntityKinds.Consumers, "alice", null)).Document);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => one.Workspace("never-loaded").Head());

        await redis.Start();
        CommitRequest request = Requests.Create("dave");
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        while (true)
        {
            try
            {
                Assert.Equal(2, (await workspace.Commit(request)).Revision);
                break;
            }
            catch (StoreUnavailableException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }

        Assert.Equal(0, await one.Workspace("never-loaded").Head());
    }

    [Fact]
    public async Task An_emptied_store_is_said_and_memory_is_kept()
    {
        IWorkspaceGrain workspace = one.Workspace("emptied");
        await workspace.Commit(Requests.Create("alice"));
        await using (ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},allowAdmin=true"))
        {
            foreach (string key in new[] { "head", "entry:1" })
            {
                await admin.GetDatabase().KeyDeleteAsync("mesh:{emptied}:" + key);
            }
        }

        StoreDamagedException damaged = await Assert.ThrowsAsync<StoreDamagedException>(() => workspace.Commit(Requests.Create("bob")));
        Assert.Contains("the store is empty", damaged.Message, StringComparison.Ordinal);
        Assert.NotNull((await workspace.Read(EntityKinds.Consumers, "alice", null)).Document);
    }

    [Fact]
    public async Task A_store_that_went_back_is_loaded_afresh()
    {
        IWorkspaceGrain workspace = one.Workspace("back");
        foreach (string name in new[] { "a", "b", "c" })
        {
            await workspace.Commit(Requests.Create(name));
        }

        await using (ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}"))
        {
            await admin.GetDatabase().StringSetAsync("mesh:{back}:head", "2");
            await admin.GetDatabase().KeyDeleteAsync(new LogKeys("mesh", "back").Entry(3));
        }

        CommitOutcome outcome = await workspace.Commit(Requests.Create("d"));
        Assert.Equal((CommitStatus.Committed, 3), (outcome.Status, outcome.Revision));
        Assert.Null((await workspace.Read(EntityKinds.Consumers, "c", null)).Document);
        Assert.NotNull((await workspace.Read(EntityKinds.Consumers, "b", null)).Document);
    }
}
