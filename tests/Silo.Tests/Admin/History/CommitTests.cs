using System.Globalization;
using System.Text.Json;

namespace Mesh.Silo.Tests.Admin.History;

[Collection<AdminCollection>]
public class CommitTests(AdminFixture admin)
{
    private readonly AdminClient client = admin.Client;

    [Fact]
    public async Task A_commit_says_who_did_what_when_and_what_it_changed()
    {
        string name = $"commit-{admin.NextNumber()}";
        DateTimeOffset before = DateTimeOffset.UtcNow;
        Reply made = (await client.Put($"/services/{name}", """{"host":"a.com","port":80}""")).Expect(200);
        Reply patched = (await client.Patch($"/services/{name}", """{"port":81,"tags":["x"]}""")).Expect(200);
        Reply deleted = (await client.Delete($"/services/{name}")).Expect(204);

        JsonElement update = (await client.Get($"/commits/{patched.Revision}")).Expect(200).Json;
        Assert.Equal(patched.Revision, update.GetProperty("revision").GetInt64());
        Assert.Equal($"patch services/{name}", update.GetProperty("summary").GetString());
        Assert.Equal(("anonymous", "127.0.0.1"), (update.GetProperty("author").GetProperty("name").GetString(), update.GetProperty("author").GetProperty("address").GetString()));
        Assert.True(Guid.TryParse(update.GetProperty("operation").GetString(), out _));
        Assert.Equal(1, update.GetProperty("changes_count").GetInt32());
        string time = update.GetProperty("time").GetString()!;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", time);
        Assert.InRange(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));

        JsonElement change = Assert.Single(update.GetProperty("changes").EnumerateArray());
        Assert.Equal(("services", name, "update"), (change.GetProperty("kind").GetString(), change.GetProperty("name").GetString(), change.GetProperty("operation").GetString()));
        Assert.Equal(made.Text, change.GetProperty("before").GetRawText());
        Assert.Equal(patched.Text, change.GetProperty("after").GetRawText());
        Assert.Equal(["port", "tags"], Fields(change).Where(field => field != "updated_at"));

        JsonElement create = Assert.Single((await client.Get($"/commits/{made.Revision}")).Expect(200).Json.GetProperty("changes").EnumerateArray());
        Assert.Equal(("create", JsonValueKind.Null, 0), (create.GetProperty("operation").GetString(), create.GetProperty("before").ValueKind, create.GetProperty("fields").GetArrayLength()));
        JsonElement delete = Assert.Single((await client.Get($"/commits/{deleted.Revision}")).Expect(200).Json.GetProperty("changes").EnumerateArray());
        Assert.Equal(("delete", JsonValueKind.Null, patched.Text), (delete.GetProperty("operation").GetString(), delete.GetProperty("after").ValueKind, delete.GetProperty("before").GetRawText()));
    }

    [Fact]
    public async Task Fields_of_nested_records_are_dotted()
    {
        string name = $"dotted-{admin.NextNumber()}.test";
        (await client.Put($"/upstreams/{name}", "{}")).Expect(200);
        Reply patched = (await client.Patch($"/upstreams/{name}", """{"healthchecks":{"active":{"healthy":{"interval":5}}}}""")).Expect(200);
        JsonElement change = (await client.Get($"/commits/{patched.Revision}")).Json.GetProperty("changes")[0];
        Assert.Equal(["healthchecks.active.healthy.interval"], Fields(change).Where(field => field != "updated_at"));
    }

    [Fact]
    public async Task The_list_is_newest_first_and_pages_hold_every_commit_once()
    {
        for (int i = 0; i < 7; i++)
        {
            (await client.Put($"/services/paged-{admin.NextNumber()}", """{"host":"a"}""")).Expect(200);
        }

        long head = await client.Revision();
        List<long> revisions = [];
        string? path = "/commits?size=3&kind=services";
        while (path is not null && revisions.Count < 9)
        {
            Reply page = (await client.Get(path)).Expect(200);
            JsonElement data = page.Json.GetProperty("data");
            Assert.InRange(data.GetArrayLength(), 1, 3);
            revisions.AddRange(data.EnumerateArray().Select(commit => commit.GetProperty("revision").GetInt64()));
            path = page.String("next");
        }

        Assert.Equal(revisions.OrderDescending(), revisions);
        Assert.Distinct(revisions);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => head - i), revisions.Take(7));
        JsonElement whole = (await client.Get($"/commits?size=1000&offset={head + 1}")).Expect(200).Json;
        Assert.Equal(head, whole.GetProperty("data")[0].GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task Filters_find_what_they_say()
    {
        string name = $"filter-{admin.NextNumber()}";
        Reply service = (await client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        Reply consumer = (await client.Put($"/consumers/{name}", "{}")).Expect(200);
        string id = service.String("id")!;
        Assert.Equal([service.Revision], await Revisions($"/commits?entity={id}"));
        Assert.Equal([service.Revision], await Revisions($"/commits?entity=services:{id}"));
        Assert.Empty(await Revisions($"/commits?entity=routes:{id}"));
        Assert.Equal(consumer.Revision, (await Revisions("/commits?kind=consumers"))[0]);
        Assert.DoesNotContain(consumer.Revision, await Revisions("/commits?kind=services&size=1000"));
        Assert.Empty(await Revisions("/commits?kind=key-sets&author=nobody"));
        Assert.Contains(service.Revision, await Revisions("/commits?author=anonymous"));

        string time = (await client.Get($"/commits/{service.Revision}")).String("time")!;
        Assert.Contains(service.Revision, await Revisions($"/commits?since={time}&until={time}"));
        Assert.DoesNotContain(service.Revision, await Revisions($"/commits?until={DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).AddMilliseconds(-1):yyyy-MM-ddTHH:mm:ss.fffZ}"));
        Assert.Empty(await Revisions("/commits?since=2999-01-01T00:00:00%2B02:00"));
    }

    [Theory]
    [InlineData("size=0")]
    [InlineData("size=1001")]
    [InlineData("size=x")]
    [InlineData("offset=x")]
    [InlineData("offset=-1")]
    [InlineData("kind=sparklings")]
    [InlineData("entity=me")]
    [InlineData("entity=sparklings:11111111-2222-4333-8444-555555555555")]
    [InlineData("since=yesterday")]
    [InlineData("since=10")]
    [InlineData("until=2026-13-01T00:00:00Z")]
    public async Task A_filter_that_cannot_be_followed_is_refused(string query)
    {
        Reply refused = (await client.Get($"/commits?{query}")).Expect(400);
        Assert.NotEmpty(refused.String("message")!);
        Assert.True(refused.Revision >= 0);
    }

    [Fact]
    public async Task What_was_never_made_is_not_found_and_says_so()
    {
        long head = await client.Revision();
        foreach (string path in new[] { $"/commits/{head + 1}", $"/commits/0..{head + 1}", $"/commits/{head + 1}/revert" })
        {
            Reply missing = path.EndsWith("revert", StringComparison.Ordinal) ? await client.Post(path, "{}") : await client.Get(path);
            Assert.Equal($"revision {head + 1} was never made: the newest is {head}", missing.Expect(404).String("message"));
        }

        foreach (string path in new[] { "/commits/0", "/commits/x", "/commits/1..", "/commits/..1", "/commits/-1", "/commits/1...2", "/commits/99999999999999999999" })
        {
            (await client.Get(path)).Expect(404);
        }

        (await client.Delete("/commits/1")).Expect(405);
    }

    [Fact]
    public async Task A_diff_is_the_net_of_what_lies_between_either_way()
    {
        string name = $"net-{admin.NextNumber()}";
        long start = await client.Revision();
        (await client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        (await client.Put($"/services/{name}-passing", """{"host":"a"}""")).Expect(200);
        Reply last = (await client.Patch($"/services/{name}", """{"host":"b"}""")).Expect(200);
        long end = (await client.Delete($"/services/{name}-passing")).Expect(204).Revision;

        JsonElement there = (await client.Get($"/commits/{start}..{end}")).Expect(200).Json;
        Assert.Equal((start, end), (there.GetProperty("from").GetInt64(), there.GetProperty("to").GetInt64()));
        JsonElement made = Assert.Single(there.GetProperty("changes").EnumerateArray());
        Assert.Equal(("create", last.Text), (made.GetProperty("operation").GetString(), made.GetProperty("after").GetRawText()));
        JsonElement back = Assert.Single((await client.Get($"/commits/{end}..{start}")).Expect(200).Json.GetProperty("changes").EnumerateArray());
        Assert.Equal(("delete", last.Text), (back.GetProperty("operation").GetString(), back.GetProperty("before").GetRawText()));
        Assert.Empty((await client.Get($"/commits/{end}..{end}")).Expect(200).Json.GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task An_entity_has_a_history_of_its_own_also_when_it_is_gone()
    {
        string name = $"own-{admin.NextNumber()}.test";
        string id = (await client.Put($"/upstreams/{name}", "{}")).Expect(200).String("id")!;
        Reply target = (await client.Put($"/upstreams/{name}/targets/10.0.0.1:80", "{}")).Expect(200);
        (await client.Patch($"/upstreams/{name}/targets/10.0.0.1:80", """{"weight":7}""")).Expect(200);
        long patched = (await client.Patch($"/upstreams/{name}", """{"slots":100}""")).Expect(200).Revision;

        JsonElement[] versions = Versions((await client.Get($"/upstreams/{name}/history")).Expect(200));
        Assert.Equal(["update", "create"], versions.Select(version => version.GetProperty("change").GetProperty("operation").GetString()));
        Assert.Equal(patched, versions[0].GetProperty("revision").GetInt64());
        Assert.Equal(["update", "create"], Versions((await client.Get($"/upstreams/{name}/targets/10.0.0.1:80/history")).Expect(200)).Select(version => version.GetProperty("change").GetProperty("operation").GetString()));

        Reply first = (await client.Get($"/upstreams/{id}/history?size=1")).Expect(200);
        Assert.Single(Versions(first));
        Assert.Equal("create", Assert.Single(Versions((await client.Get(first.String("next")!)).Expect(200))).GetProperty("change").GetProperty("operation").GetString());

        (await client.Delete($"/upstreams/{name}")).Expect(204);
        (await client.Get($"/upstreams/{name}/history")).Expect(404);
        Assert.Equal(["delete", "update", "create"], Versions((await client.Get($"/upstreams/{id}/history")).Expect(200)).Select(version => version.GetProperty("change").GetProperty("operation").GetString()));
        (await client.Get($"/upstreams/{Guid.NewGuid()}/history")).Expect(404);
        Assert.Equal(3, Versions((await client.Get($"/commits?entity=targets:{target.String("id")}")).Expect(200)).Length);
    }

    private async Task<List<long>> Revisions(string path) =>
        [.. (await client.Get(path)).Expect(200).Json.GetProperty("data").EnumerateArray().Select(commit => commit.GetProperty("revision").GetInt64())];

    private static JsonElement[] Versions(Reply reply) => [.. reply.Json.GetProperty("data").EnumerateArray()];

    private static IEnumerable<string> Fields(JsonElement change) => change.GetProperty("fields").EnumerateArray().Select(field => field.GetString()!);
}
