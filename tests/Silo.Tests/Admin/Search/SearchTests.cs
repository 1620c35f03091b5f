using System.Text.Json;

namespace Mesh.Silo.Tests.Admin.Search;

[Collection<AdminCollection>]
public class SearchTests(AdminFixture admin)
{
    private readonly AdminClient client = admin.Client;

    [Fact]
    public async Task Every_text_that_people_choose_is_found_whatever_its_case()
    {
        string text = $"Needle{admin.NextNumber()}x";
        string upstream = (await client.Post("/upstreams", $$"""{"name":"u-{{text}}.test"}""")).Expect(201).String("id")!;
        (string Path, string Body, string Field)[] entities =
        [
            ("/services", $$"""{"name":"a-{{text}}","host":"a"}""", "name"),
            ("/services", $$"""{"host":"{{text}}.example.com"}""", "host"),
            ("/services", $$"""{"host":"a","path":"/{{text}}"}""", "path"),
            ("/services", $$"""{"host":"a","tags":["other","{{text}}"]}""", "tags"),
            ("/routes", $$"""{"hosts":["a.com","{{text}}.com"]}""", "hosts"),
            ("/routes", $$"""{"paths":["/a/{{text}}/b"]}""", "paths"),
            ($"/upstreams/{upstream}/targets", $$"""{"target":"{{text}}.internal:80"}""", "target"),
            ("/consumers", $$"""{"username":"{{text}}"}""", "username"),
            ("/consumers", $$"""{"custom_id":"id-{{text}}"}""", "custom_id"),
            ("/vaults", $$"""{"name":"env","prefix":"v-{{text.ToLowerInvariant()}}"}""", "prefix"),
            ("/key-sets", $$"""{"name":"{{text}}"}""", "name"),
            ("/services/{0}/plugins", $$"""{"name":"request-termination","instance_name":"{{text}}-p"}""", "instance_name"),
        ];
        Dictionary<string, string> expected = new() { [upstream] = "name" };
        string service = (await client.Post("/services", """{"host":"a"}""")).Expect(201).String("id")!;
        foreach ((string path, string body, string field) in entities)
        {
            expected[(await client.Post(path.Replace("{0}", service, StringComparison.Ordinal), body)).Expect(201).String("id")!] = field;
        }

        Reply found = (await client.Get($"/search?q={text.ToUpperInvariant()}")).Expect(200);
        JsonElement[] hits = [.. found.Json.GetProperty("data").EnumerateArray()];
        Assert.Equal(expected.OrderBy(pair => pair.Key), hits.ToDictionary(Id, hit => Assert.Single(hit.GetProperty("matched").EnumerateArray()).GetProperty("field").GetString()!).OrderBy(pair => pair.Key));
        JsonElement named = hits.Single(hit => hit.GetProperty("name").GetString() == $"a-{text}");
        Assert.Equal(("services", $"a-{text}"), (named.GetProperty("kind").GetString(), named.GetProperty("matched")[0].GetProperty("value").GetString()));
        Assert.Equal(found.Revision, await client.Revision());

        Assert.Equal(2, (await client.Get($"/search?q={text}&kind=routes")).Expect(200).Json.GetProperty("data").GetArrayLength());
        Assert.Equal("key_sets", Assert.Single((await client.Get($"/search?q={text}&kind=key-sets")).Json.GetProperty("data").EnumerateArray()).GetProperty("kind").GetString());
        List<string> paged = [];
        string? next = $"/search?q={text}&size=4";
        while (next is not null)
        {
            Reply page = (await client.Get(next)).Expect(200);
            Assert.InRange(page.Json.GetProperty("data").GetArrayLength(), 1, 4);
            paged.AddRange(page.Json.GetProperty("data").EnumerateArray().Select(Id));
            next = page.String("next");
        }

        Assert.Equal(hits.Select(Id), paged);
    }

    [Fact]
    public async Task A_search_sees_every_commit_before_it()
    {
        string text = $"seen{admin.NextNumber()}z";
        Assert.Empty(await Ids(text));
        for (int i = 0; i < 5; i++)
        {
            string id = (await client.Put($"/services/{text}", $$"""{"host":"h{{i}}"}""")).Expect(200).String("id")!;
            Assert.Equal([id], await Ids(text));
            Assert.Equal([id], await Ids(id[..13]));
            (await client.Patch($"/services/{id}", $$"""{"name":"renamed-{{i}}-{{admin.NextNumber()}}"}""")).Expect(200);
            Assert.Empty(await Ids(text));
            (await client.Delete($"/services/{id}")).Expect(204);
            Assert.Empty(await Ids(id));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=")]
    [InlineData("?q=a&size=0")]
    [InlineData("?q=a&kind=sparklings")]
    [InlineData("?q=a&offset=x")]
    [InlineData("?q=a&offset=services.x")]
    public async Task A_search_that_cannot_be_made_is_refused(string query) => (await client.Get($"/search{query}")).Expect(400);

    [Fact]
    public async Task A_text_has_a_bound()
    {
        (await client.Get($"/search?q={new string('a', 256)}")).Expect(200);
        (await client.Get($"/search?q={new string('a', 257)}")).Expect(400);
    }

    private async Task<List<string>> Ids(string text) =>
        [.. (await client.Get($"/search?q={text}")).Expect(200).Json.GetProperty("data").EnumerateArray().Select(Id)];

    private static string Id(JsonElement hit) => hit.GetProperty("id").GetString()!;
}
