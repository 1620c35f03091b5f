using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Log;

public sealed class SnapshotTests
{
    public static TheoryData<StoreKind> Stores => [StoreKind.Embedded, StoreKind.Redis];

    [Theory, MemberData(nameof(Stores))]
    public async Task Snapshots_and_trimming_keep_the_state(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open(settings: new LogSettings(HistoryLimit: 40));
        var operations = new List<Guid>();
        for (int revision = 1; revision <= 200; revision++)
        {
            LogEntry entry = revision % 5 == 0 ? Entries.Of(revision, Entries.Delete((revision - 1) % 60)) : Entries.Of(revision, Entries.Put(revision % 60, $"{revision}"));
            operations.Add(entry.Commit.OperationId);
            await log.Commits.Append(entry);
            if (revision is 70 or 140)
            {
                await WriteSnapshot(log);
            }
        }

        SortedDictionary<Guid, string> before = Entries.Replay(await log.Loader.Load());

        // Two snapshots stand, at 70 and 140: commits go up to the older, although the limit would let more go.
        Assert.Equal(70, await log.Trimmer.Trim(await log.Snapshots.Index(), 200));
        await WriteSnapshot(log);
        Assert.Equal(140, await log.Trimmer.Trim(await log.Snapshots.Index(), 200));
        Assert.Null(await log.Commits.FindOperation(operations[139]));
        Assert.Equal(141, await log.Commits.FindOperation(operations[140]));
        await Assert.ThrowsAsync<MissingEntryException>(async () => await log.Commits.Read(140, 140).ToListAsync());

        LoadedLog loaded = await log.Loader.Load();
        Assert.Equal((200, 200), (loaded.SnapshotRevision, loaded.Revision));
        Assert.Equal(before, Entries.Replay(loaded));

        // What is left: 60 entries with their operations, head, trimmed, index and three pages (one retired).
        int keys = await store.Database.Multiplexer.GetServers()[0].KeysAsync(pattern: "mesh:*").CountAsync(TestContext.Current.CancellationToken);
        Assert.Equal(60 + 60 + 3 + 3, keys);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task The_history_limit_holds_back_trimming(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open(settings: new LogSettings(HistoryLimit: 15));
        for (int revision = 1; revision <= 20; revision++)
        {
            await log.Commits.Append(Entries.Of(revision, Entries.Put(revision, "x")));
            if (revision >= 18)
            {
                await WriteSnapshot(log);
            }
        }

        Assert.Equal(5, await log.Trimmer.Trim(await log.Snapshots.Index(), 20));
        Assert.Equal(15, await log.Commits.Read(6, 20).CountAsync(TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_damaged_or_missing_page_falls_back_to_the_snapshot_before(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open(settings: new LogSettings(HistoryLimit: 1));
        for (int revision = 1; revision <= 30; revision++)
        {
            await log.Commits.Append(Entries.Of(revision, Entries.Put(revision % 9, $"{revision}")));
            if (revision is 10 or 20)
            {
                await WriteSnapshot(log);
            }
        }

        await log.Trimmer.Trim(await log.Snapshots.Index(), 30);
        SortedDictionary<Guid, string> whole = Entries.Replay(await log.Loader.Load());
        SnapshotIndex index = await log.Snapshots.Index();
        RedisKey newest = new LogKeys("mesh", "default").SnapshotPage(index.Snapshots[0].Token, 0);
        RedisKey older = new LogKeys("mesh", "default").SnapshotPage(index.Snapshots[1].Token, 0);
        byte[] page = (byte[])(await store.Database.StringGetAsync(newest))!;
        foreach (int at in Enumerable.Range(0, page.Length).Where(at => at < 20 || at % 31 == 0))
        {
            byte[] damaged = [.. page];
            damaged[at] ^= 0x11;
            await store.Database.StringSetAsync(newest, damaged);
            LoadedLog loaded = await log.Loader.Load();
            Assert.Equal((10, 30), (loaded.SnapshotRevision, loaded.Revision));
            Assert.Equal(whole, Entries.Replay(loaded));
        }

        await store.Database.KeyDeleteAsync(newest);
        Assert.Equal(10, (await log.Loader.Load()).SnapshotRevision);

        await store.Database.KeyDeleteAsync(older);
        StoreDamagedException failure = await Assert.ThrowsAsync<StoreDamagedException>(log.Loader.Load);
        Assert.Contains("snapshot of revision 20", failure.Message, StringComparison.Ordinal);
        Assert.Contains("snapshot of revision 10", failure.Message, StringComparison.Ordinal);
        Assert.Contains("trimmed", failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_missing_commit_is_said_and_nothing_is_loaded(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open();
        for (int revision = 1; revision <= 5; revision++)
        {
            await log.Commits.Append(Entries.Of(revision, Entries.Put(revision, "x")));
        }

        await store.Database.KeyDeleteAsync(new LogKeys("mesh", "default").Entry(3));
        StoreDamagedException failure = await Assert.ThrowsAsync<StoreDamagedException>(log.Loader.Load);
        Assert.Contains("commit 3", failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Splits_pages_and_pages_into_parts(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open();
        EntityChange[] entities =
        [
            .. Enumerable.Range(0, 40).Select(i => Entries.Put(i, Convert.ToBase64String(RandomNumberGenerator.GetBytes(100_000)))),
            Entries.Put(40, Convert.ToBase64String(RandomNumberGenerator.GetBytes(2_000_000))),
        ];
        await log.Commits.Append(Entries.Of(1, entities));
        SnapshotIndex index = await log.Snapshots.Write(1, entities);
        Assert.InRange(index.Newest!.Pages, 10, 15);
        Assert.InRange(index.Newest.Parts, index.Newest.Pages + 3, 30);
        List<EntityChange> read = await log.Snapshots.Read(index.Newest);
        Assert.Equal(entities.Select(Entries.Text), read.Select(Entries.Text));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Two_writers_publish_one_snapshot_after_the_other_or_not_at_all(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog one = await store.Open();
        for (int revision = 1; revision <= 8; revision++)
        {
            await one.Commits.Append(Entries.Of(revision, Entries.Put(revision, "x")));
        }

        WorkspaceLog other = await store.Open();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(revision =>
            (revision % 2 == 0 ? one : other).Snapshots.Write(revision, [.. Enumerable.Range(1, revision).Select(i => Entries.Put(i, "x"))])));
        SnapshotIndex index = await one.Snapshots.Index();
        Assert.InRange(index.Snapshots.Length, 1, 2);
        foreach (SnapshotInfo snapshot in index.Snapshots)
        {
            Assert.Equal(snapshot.Revision, (await one.Snapshots.Read(snapshot)).Count);
        }

        Assert.Equal(8, (await one.Loader.Load()).Revision);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Loading_beside_snapshots_and_trimming_always_finds_a_whole(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog writer = await store.Open(settings: new LogSettings(HistoryLimit: 5)), reader = await store.Open();
        using var done = new CancellationTokenSource();
        Task writing = Write();
        int loads = 0;
        while (!done.IsCancellationRequested || loads < 10)
        {
            LoadedLog loaded = await reader.Loader.Load();
            Assert.Equal(Expected(loaded.Revision), Entries.Replay(loaded).Values.Count);
            loads++;
        }

        await writing;

        static int Expected(long revision) => (int)Math.Min(revision, 50);

        async Task Write()
        {
            for (int revision = 1; revision <= 300; revision++)
            {
                await writer.Commits.Append(Entries.Of(revision, Entries.Put(revision % 50, "x")));
                if (revision % 10 == 0)
                {
                    await WriteSnapshot(writer);
                    await writer.Trimmer.Trim(await writer.Snapshots.Index(), revision);
                }
            }

            await done.CancelAsync();
        }
    }

    private static async Task WriteSnapshot(WorkspaceLog log)
    {
        LoadedLog loaded = await log.Loader.Load();
        var state = new SortedDictionary<Guid, EntityChange>();
        foreach (EntityChange change in loaded.Snapshot.Concat(loaded.Tail.SelectMany(commit => commit.Changes)))
        {
            _ = change.IsDelete ? state.Remove(change.Id) : state.TryAdd(change.Id, change) || (state[change.Id] = change) is null;
        }

        await log.Snapshots.Write(loaded.Revision, [.. state.Values]);
    }
}
