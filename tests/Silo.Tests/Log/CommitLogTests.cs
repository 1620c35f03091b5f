using System.Security.Cryptography;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Silo.Tests.Log;

public sealed class CommitLogTests
{
    public static TheoryData<StoreKind> Stores => [StoreKind.Embedded, StoreKind.Redis];

    [Theory, MemberData(nameof(Stores))]
    public async Task Reads_back_what_was_appended(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open();
        LogEntry first = Entries.Of(1, Entries.Put(1, "a"), Entries.Put(2, "ä € \\u0041"));
        LogEntry second = Entries.Of(2, Entries.Delete(1));
        Assert.Equal(0, await log.Commits.Head());
        Assert.Equal(new AppendResult(AppendStatus.Appended, 1), await log.Commits.Append(first));
        Assert.Equal(new AppendResult(AppendStatus.Appended, 2), await log.Commits.Append(second));
        Assert.Equal(2, await log.Commits.Head());

        List<LogEntry> read = await log.Commits.Read(1, 2).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([first.Commit.Author, second.Commit.Author], read.Select(entry => entry.Commit.Author));
        Assert.Equal(["commit 1", "commit 2"], read.Select(entry => entry.Commit.Summary));
        Assert.Equal(first.Commit.Time, read[0].Commit.Time);
        Assert.Equal(first.Commit.Changes.Select(Entries.Text), read[0].Commit.Changes.Select(Entries.Text));
        Assert.Equal(first.Previous.Select(Entries.Text), read[0].Previous.Select(Entries.Text));
        Assert.Equal(second.Commit.Changes.Select(Entries.Text), read[1].Commit.Changes.Select(Entries.Text));
        Assert.Equal(first.Results, read[0].Results);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Refuses_a_writer_that_has_not_seen_the_head(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog one = await store.Open(), other = await store.Open();
        await one.Commits.Append(Entries.Of(1, Entries.Put(1, "one")));
        Assert.Equal(new AppendResult(AppendStatus.Conflict, 1), await other.Commits.Append(Entries.Of(1, Entries.Put(1, "other"))));
        Assert.Equal(new AppendResult(AppendStatus.Conflict, 1), await other.Commits.Append(Entries.Of(3, Entries.Put(1, "gap"))));
        LogEntry kept = await one.Commits.Read(1, 1).SingleAsync(TestContext.Current.CancellationToken);
        Assert.Contains("one", Entries.Text(kept.Commit.Changes[0]), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Answers_a_repeated_operation_with_its_first_revision(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open();
        var operation = Guid.NewGuid();
        await log.Commits.Append(Entries.Of(1, operation, Entries.Put(1, "a")));
        await log.Commits.Append(Entries.Of(2, Entries.Put(2, "b")));
        Assert.Equal(new AppendResult(AppendStatus.Recorded, 1), await log.Commits.Append(Entries.Of(1, operation, Entries.Put(1, "a"))));
        Assert.Equal(new AppendResult(AppendStatus.Recorded, 1), await log.Commits.Append(Entries.Of(3, operation, Entries.Put(1, "a"))));
        Assert.Equal(1, await log.Commits.FindOperation(operation));
        Assert.Null(await log.Commits.FindOperation(Guid.NewGuid()));
        Assert.Equal(2, await log.Commits.Head());
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Concurrent_writers_make_one_gapless_history(StoreKind kind)
    {
        const int Writers = 6;
        const int CommitsEach = 60;
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        var accepted = new List<(long Revision, Guid Operation)>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            WorkspaceLog log = await store.Open();
            long head = 0;
            for (int done = 0; done < CommitsEach;)
            {
                var operation = Guid.NewGuid();
                AppendResult result = await log.Commits.Append(Entries.Of(head + 1, operation, Entries.Put(writer, $"{done}")));
                if (result.Status == AppendStatus.Appended)
                {
                    done++;
                    lock (accepted)
                    {
                        accepted.Add((result.Revision, operation));
                    }
                }

                head = result.Revision;
            }
        }));

        WorkspaceLog reader = await store.Open();
        LoadedLog loaded = await reader.Loader.Load();
        Assert.Equal(
            accepted.Order().ToList(),
            loaded.Tail.Select(commit => (commit.Revision, commit.OperationId)).ToList());
        Assert.Equal(Enumerable.Range(1, Writers * CommitsEach).Select(i => (long)i), loaded.Tail.Select(commit => commit.Revision));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Splits_a_20_MB_commit_and_leaves_nothing_of_a_refused_one(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open();
        string large = Convert.ToBase64String(RandomNumberGenerator.GetBytes(20 << 20));
        LogEntry entry = Entries.Of(1, Entries.Put(1, large));
        Assert.Equal(AppendStatus.Appended, (await log.Commits.Append(entry)).Status);
        Assert.Equal(AppendStatus.Conflict, (await log.Commits.Append(Entries.Of(1, Entries.Put(1, large)))).Status);

        LogEntry read = await log.Commits.Read(1, 1).SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SHA256.HashData(entry.Commit.Changes[0].Document!), SHA256.HashData(read.Commit.Changes[0].Document!));

        // What was committed has lost its expiry, what was refused keeps it.
        int kept = 0, doomed = 0;
        await foreach (var key in store.Database.Multiplexer.GetServers()[0].KeysAsync(pattern: "*chunk*"))
        {
            _ = await store.Database.KeyTimeToLiveAsync(key) is null ? kept++ : doomed++;
        }

        Assert.InRange(kept, 21, 60);
        Assert.Equal(kept, doomed);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Survives_a_restart_of_the_store(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open();
        for (int revision = 1; revision <= 50; revision++)
        {
            await log.Commits.Append(Entries.Of(revision, Entries.Put(revision % 7, $"{revision}")));
        }

        await log.Snapshots.Write(50, [Entries.Put(1, "whole")]);
        await store.Restart();
        LoadedLog loaded = await (await store.Open()).Loader.Load();
        Assert.Equal(50, loaded.SnapshotRevision);
        Assert.Equal(50, loaded.Revision);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Keeps_workspaces_apart(StoreKind kind)
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog one = await store.Open("one"), odd = await store.Open("o}n{e:head");
        await one.Commits.Append(Entries.Of(1, Entries.Put(1, "one")));
        Assert.Equal(0, await odd.Commits.Head());
        Assert.Equal(AppendStatus.Appended, (await odd.Commits.Append(Entries.Of(1, Entries.Put(1, "odd")))).Status);
        Assert.Equal(1, await one.Commits.Head());
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Nothing_readable_lies_in_the_store_when_a_keyring_key_is_set(StoreKind kind)
    {
        const string Secret = "s3cr3t-that-must-not-be-found";
        await using StoreUnderTest store = await StoreUnderTest.Start(kind);
        WorkspaceLog log = await store.Open(keyringKey: "a key");
        EntityChange secret = Entries.Put(1, Secret);
        await log.Commits.Append(Entries.Of(1, secret));
        await log.Snapshots.Write(1, [secret]);
        int values = 0;
        await foreach (var key in store.Database.Multiplexer.GetServers()[0].KeysAsync())
        {
            values++;
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString((byte[])(await store.Database.StringGetAsync(key))!), StringComparison.Ordinal);
        }

        Assert.Equal(5, values);
        Assert.Contains(Secret, Entries.Replay(await log.Loader.Load()).Values.Single(), StringComparison.Ordinal);
        StoreDamagedException refused = await Assert.ThrowsAsync<StoreDamagedException>(async () => await (await store.Open(keyringKey: "another")).Loader.Load());
        Assert.Contains("MESH_KEYRING_KEY", refused.Message, StringComparison.Ordinal);
    }
}
