using System.Text.Json;

namespace Mesh.Silo.Tests.Admin.Kong;

[Collection<AdminCollection>]
public class TagTests(AdminFixture admin)
{
    [Fact]
    public async Task A_tag_lists_the_entities_of_all_kinds_that_carry_it_in_pages()
    {
        int n = admin.NextNumber();
        string tag = $"käse {n}";
        string tags = JsonSerializer.Serialize(new[] { tag, $"z-{n}" });
        HashSet<(string, string)> made = [];
        made.Add(("services", (await admin.Client.Post("/services", $$"""{"host":"a","tags":{{tags}}}""")).Expect(201).String("id")!));
        made.Add(("services", (await admin.Client.Post("/services", $$"""{"host":"b","tags":{{tags}}}""")).Expect(201).String("id")!));
        made.Add(("consumers", (await admin.Client.Post("/consumers", $$"""{"username":"tagged-{{n}}","tags":{{tags}}}""")).Expect(201).String("id")!));
        made.Add(("key_sets", (await admin.Client.Post("/key-sets", $$"""{"name":"tagged-{{n}}","tags":{{tags}}}""")).Expect(201).String("id")!));

        string path = $"/tags/{Uri.EscapeDataString(tag)}";
        List<JsonElement> one = await ReadAll($"{path}?size=3", size: "");
        Assert.Equal(made, one.Select(Place).ToHashSet());
        Assert.Equal(made.Count, one.Count);
        Assert.All(one, item => Assert.Equal(tag, item.GetProperty("tag").GetString()));

        List<JsonElement> all = await ReadAll("/tags?size=1000", "&size=1000");
        Assert.Equal(2 * made.Count, all.Count(item => made.Contains(Place(item))));
        Assert.Empty((await admin.Client.Get($"/tags/none-{n}")).Expect(200).Json.GetProperty("data").EnumerateArray());
    }

    private static (string, string) Place(JsonElement item) => (item.GetProperty("entity_name").GetString()!, item.GetProperty("entity_id").GetString()!);

    private async Task<List<JsonElement>> ReadAll(string? path, string size)
    {
        List<JsonElement> all = [];
        while (path is not null)
        {
            JsonElement page = (await admin.Client.Get(path)).Expect(200).Json;
            all.AddRange(page.GetProperty("data").EnumerateArray());
            path = page.GetProperty("next").GetString();
            Assert.True(path is null || path.EndsWith($"?offset={page.GetProperty("offset").GetString()}{size}", StringComparison.Ordinal), path);
        }

        return all;
    }
}
