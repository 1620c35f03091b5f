using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Log;
using Mesh.Silo.Tests.Log;

namespace Mesh.Silo.Tests.Admin.History;

/// <summary>History against the states that were seen when they were the newest, on both stores, after a restart and with old commits trimmed.</summary>
public sealed class HistoryPropertyTests
{
    private const int Kept = 24;
    private const int Commits = 40;

    public static TheoryData<StoreKind, int> Stores => new() { { StoreKind.Embedded, 1 }, { StoreKind.Embedded, 2 }, { StoreKind.Redis, 3 } };

    [Theory, MemberData(nameof(Stores))]
    public async Task Every_diff_and_every_revert_gives_the_state_that_was(StoreKind kind, int seed)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        LogSettings settings = new(HistoryLimit: Kept) { SnapshotEveryCommits = 4 };
        List<SortedDictionary<string, string>> states = [];
        await using (AdminHost first = await AdminHost.Start(store.Endpoint, store.DataDirectory, settings))
        {
            RandomWrites writes = new(first.Client, seed);
            states.Add(await WorkspaceStates.Read(first));
            while (states.Count <= Commits)
            {
                Assert.Equal(states.Count, await writes.Commit());
                states.Add(await WorkspaceStates.Read(first));
                await ChecksLastCommit(first, states);
            }
        }

        await using AdminHost host = await AdminHost.Start(store.Endpoint, store.DataDirectory);
        IHistoryGrain history = host.Grains.GetGrain<IHistoryGrain>("default");
        long oldest = (await history.Diff(Commits, Commits)).Oldest;
        Assert.InRange(oldest, 2, Commits - Kept + 1);
        await ChecksDiffs(history, states, oldest);
        await ChecksReverts(host, states, oldest, seed);
    }

    private static async Task ChecksLastCommit(AdminHost host, List<SortedDictionary<string, string>> states)
    {
        HistoryReading last = await host.Grains.GetGrain<IHistoryGrain>("default").Read(states.Count - 1);
        Assert.Equal(HistoryStatus.Found, last.Status);
        Assert.Equal(states.Count - 1, last.Header!.Revision);
        Assert.Equal(last.Header.Changes, last.Changes.Length);
        Assert.Equal(states[^1], WorkspaceStates.Apply(states[^2], last.Changes));
    }

    private static async Task ChecksDiffs(IHistoryGrain history, List<SortedDictionary<string, string>> states, long oldest)
    {
        for (int from = 0; from <= Commits; from++)
        {
            for (int to = 0; to <= Commits; to++)
            {
                HistoryReading diff = await history.Diff(from, to);
                Assert.Equal(Math.Min(from, to) < oldest - 1 ? HistoryStatus.Trimmed : HistoryStatus.Found, diff.Status);
                if (diff.Status == HistoryStatus.Found)
                {
                    Assert.Equal(states[to], WorkspaceStates.Apply(states[from], diff.Changes));
                }
            }
        }

        Assert.Equal(HistoryStatus.NeverMade, (await history.Diff(Commits, Commits + 1)).Status);
    }

    /// <summary>To every state that is still known, in any order; each revert is a commit and can itself be reverted.</summary>
    private static async Task ChecksReverts(AdminHost host, List<SortedDictionary<string, string>> states, long oldest, int seed)
    {
        int[] order = [.. Enumerable.Range(0, Commits + 1)];
        new Random(seed).Shuffle(order);
        foreach (int revision in order)
        {
            SortedDictionary<string, string> before = await WorkspaceStates.Read(host);
            long head = await host.Client.Revision();
            Reply reply = await host.Client.Post($"/commits/{revision}/revert", "{}");
            if (revision < oldest - 1)
            {
                reply.Expect(404);
                Assert.Contains("no longer kept", reply.String("message"), StringComparison.Ordinal);
                Assert.Equal(before, await WorkspaceStates.Read(host));
                continue;
            }

            reply.Expect(200);
            Assert.Equal(revision, reply.Json.GetProperty("reverted_to").GetInt64());
            JsonElement changes = reply.Json.GetProperty("changes");
            Assert.Equal(changes.GetArrayLength() == 0 ? head : head + 1, reply.Revision);
            Assert.Equal(reply.Revision, reply.Json.GetProperty("revision").GetInt64());
            Assert.Equal(WorkspaceStates.WithoutTimes(states[revision]), WorkspaceStates.WithoutTimes(await WorkspaceStates.Read(host)));
            Reply again = (await host.Client.Post($"/commits/{revision}/revert", "{}")).Expect(200);
            Assert.Equal((0, reply.Revision), (again.Json.GetProperty("changes").GetArrayLength(), again.Revision));
        }
    }
}
