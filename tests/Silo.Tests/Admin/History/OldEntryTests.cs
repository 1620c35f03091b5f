using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;
using Mesh.Silo.Tests.Log;

namespace Mesh.Silo.Tests.Admin.History;

/// <summary>Logs that were written by others, or put back from a backup.</summary>
public sealed class OldEntryTests
{
    [Fact]
    public async Task Commits_that_were_stored_without_what_they_replaced_load_and_say_that_they_cannot_be_shown()
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(StoreKind.Embedded);
        WorkspaceLog log = await store.Open("default");
        Guid id = Guid.NewGuid();
        EntityChange old = new(EntityKinds.Consumers, id, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","created_at":1,"updated_at":1,"username":"old","custom_id":null,"tags":null}"""));
        await log.Commits.Append(new LogEntry(new Commit(1, Guid.NewGuid(), DateTimeOffset.UtcNow, CommitAuthor.System, "old", [old]), [], []));
        await using AdminHost host = await AdminHost.Start(store.Endpoint, store.DataDirectory);

        Assert.Equal(id.ToString(), (await host.Client.Get("/consumers/old")).Expect(200).String("id"));
        Assert.Contains("without the states before", (await host.Client.Get("/commits/1")).Expect(404).String("message"), StringComparison.Ordinal);
        (await host.Client.Get("/commits/0..1")).Expect(404);
        Assert.Equal(1, (await host.Client.Get("/commits")).Expect(200).Json.GetProperty("data").GetArrayLength());
        (await host.Client.Delete("/consumers/old")).Expect(204);
        Assert.Equal(id.ToString(), (await host.Client.Post("/commits/1/revert", "{}")).Expect(200).Json.GetProperty("changes")[0].GetProperty("id").GetString());
        (await host.Client.Post("/commits/0/revert", "{}")).Expect(404);
    }

    [Fact]
    public async Task A_log_that_went_back_and_on_is_read_afresh()
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(StoreKind.Embedded);
        await using AdminHost host = await AdminHost.Start(store.Endpoint, store.DataDirectory);
        for (int i = 0; i < 3; i++)
        {
            (await host.Client.Put($"/consumers/first-{i}", "{}")).Expect(200);
        }

        Assert.Equal("put consumers/first-2", await Newest(host));

        // Another writer's log in the place of ours, as after a restored backup.
        LogKeys keys = new("mesh", "default");
        Guid lost = Guid.Parse((await host.Client.Get("/commits/3")).Expect(200).String("operation")!);
        await store.Database.KeyDeleteAsync([keys.Entry(3), keys.Operation(lost)]);
        await store.Database.StringSetAsync(keys.Head, 2);
        WorkspaceLog other = await store.Open("default");
        await other.Commits.Append(Entries.Of(3, Entries.Put(1, "other")));
        await other.Commits.Append(Entries.Of(4, Entries.Put(1, "other still")));
        Assert.Equal("commit 4", await Newest(host));
        Assert.Equal(["commit 4", "commit 3", "put consumers/first-1"], (await host.Client.Get("/commits?size=3")).Json.GetProperty("data").EnumerateArray().Select(commit => commit.GetProperty("summary").GetString()));
    }

    private static async Task<string?> Newest(AdminHost host) =>
        (await host.Client.Get("/commits?size=1")).Expect(200).Json.GetProperty("data")[0].GetProperty("summary").GetString();
}
