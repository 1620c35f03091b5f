using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Every verb for every kind.</summary>
[Collection<AdminCollection>]
public class EntityVerbTests(AdminFixture admin)
{
    public static TheoryData<string> Kinds => [.. KindSample.All.Select(sample => sample.Kind)];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Create_read_list_patch_put_and_delete(string kind)
    {
        (KindSample sample, string top) = await Prepare(kind);
        AdminClient client = admin.Client;
        long before = await client.Revision();

        Reply created = (await client.Post(sample.Path, sample.Body)).Expect(201);
        string id = created.String("id")!;
        Assert.Equal(before + 1, created.Revision);
        Assert.Equal(before + 1, await client.Revision());

        foreach (string key in Keys(sample, id))
        {
            Reply read = (await client.Get($"{top}/{key}")).Expect(200);
            Assert.Equal(created.Text, read.Text);
            Assert.Equal(before + 1, read.Revision);
        }

        JsonElement listed = (await client.Get($"{sample.Path}?size=1000")).Expect(200).Json.GetProperty("data");
        Assert.Contains(listed.EnumerateArray(), entity => entity.GetProperty("id").GetString() == id);

        Reply patched = (await client.Patch($"{top}/{id}", $$"""{"{{sample.Field}}":{{sample.Patch}}}""")).Expect(200);
        Assert.Equal(JsonElement.Parse(sample.Patch).ToString(), patched.Json.GetProperty(sample.Field).ToString());
        Assert.Equal(before + 2, patched.Revision);

        Reply put = (await client.Put($"{top}/{id}", sample.Body)).Expect(200);
        Assert.Equal(id, put.String("id"));
        Assert.Equal(created.Json.GetProperty("created_at").ToString(), put.Json.GetProperty("created_at").ToString());
        Assert.Equal(created.Json.GetProperty(sample.Field).ToString(), put.Json.GetProperty(sample.Field).ToString());

        (await client.Delete($"{top}/{id}")).Expect(204);
        (await client.Get($"{top}/{id}")).Expect(404);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Put_of_a_new_id_creates(string kind)
    {
        (KindSample sample, string top) = await Prepare(kind);
        string id = Guid.NewGuid().ToString();
        Reply first = (await admin.Client.Put($"{sample.Path}/{id}", sample.Body)).Expect(200);
        Assert.Equal(id, first.String("id"));
        Assert.Equal(first.Text, (await admin.Client.Get($"{top}/{id}")).Expect(200).Text);
        (await admin.Client.Delete($"{top}/{id}")).Expect(204);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_absent_is_not_found_and_deleting_it_succeeds_at_the_top_only(string kind)
    {
        (KindSample sample, string top) = await Prepare(kind);
        string id = Guid.NewGuid().ToString();
        long before = await admin.Client.Revision();
        Assert.Equal("""{"message":"Not found"}""", (await admin.Client.Get($"{top}/{id}")).Expect(404).Text);
        (await admin.Client.Patch($"{top}/{id}", $$"""{"{{sample.Field}}":{{sample.Patch}}}""")).Expect(404);
        (await admin.Client.Delete($"{top}/{id}")).Expect(top == sample.Path && sample.Path.Count(c => c == '/') == 1 ? 204 : 404);
        Assert.Equal(before, await admin.Client.Revision());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_field_that_is_not_declared_is_refused_and_nothing_changes(string kind)
    {
        (KindSample sample, _) = await Prepare(kind);
        long before = await admin.Client.Revision();
        string body = sample.Body[..^1] + ",\"sparkling\":true}";
        Reply refused = (await admin.Client.Post(sample.Path, body)).Expect(400);
        Assert.Equal(2, refused.Json.GetProperty("code").GetInt32());
        Assert.Equal("schema violation", refused.String("name"));
        Assert.Equal("unknown field", refused.Json.GetProperty("fields").GetProperty("sparkling").GetString());
        Assert.Equal("schema violation (sparkling: unknown field)", refused.String("message"));
        Assert.Equal(before, refused.Revision);
    }

    /// <summary>The sample with its parent made, and the path that its entities stand under.</summary>
    private async Task<(KindSample Sample, string Top)> Prepare(string kind)
    {
        KindSample sample = KindSample.All.Single(sample => sample.Kind == kind);
        int n = admin.NextNumber();
        string parent = sample.Parent is { } made ? (await admin.Client.Post(made.Path, KindSample.Fill(made.Body, n))).Expect(201).String("id")! : "";
        KindSample numbered = sample.Numbered(n, parent);
        return (numbered, numbered.Path);
    }

    /// <summary>Plugins and certificates have keys that are no endpoint keys.</summary>
    private static IEnumerable<string> Keys(KindSample sample, string id) => sample.Key is null ? [id] : [id, Uri.EscapeDataString(sample.Key)];
}
