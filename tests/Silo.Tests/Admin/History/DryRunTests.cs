using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.History;

[Collection<AdminCollection>]
public class DryRunTests(AdminFixture admin)
{
    private readonly AdminClient client = admin.Client;

    [Fact]
    public async Task Each_write_is_foretold_and_nothing_changes()
    {
        string name = $"dry-{admin.NextNumber()}";
        string id = Guid.NewGuid().ToString();
        (HttpMethod Method, string Path, string Body)[] writes =
        [
            (HttpMethod.Put, $"/services/{id}", $$"""{"name":"{{name}}","host":"a"}"""),
            (HttpMethod.Patch, $"/services/{name}", """{"retries":7}"""),
            (HttpMethod.Post, $"/services/{name}/routes", $$"""{"id":"{{Guid.NewGuid()}}","name":"{{name}}","paths":["/{{name}}"]}"""),
            (HttpMethod.Post, "/batch", $$"""{"operations":[{"method":"PATCH","path":"/routes/{{name}}","body":{"strip_path":false} },{"method":"PUT","path":"/consumers/{{Guid.NewGuid()}}","body":{"username":"{{name}}"} }]}"""),
            (HttpMethod.Delete, $"/routes/{name}", ""),
            (HttpMethod.Post, "/config", $$"""{"_format_version":"3.0","services":[{"id":"{{id}}","name":"{{name}}","host":"b"}]}"""),
        ];
        foreach ((HttpMethod method, string path, string body) in writes)
        {
            string before = (await client.Get("/config?secrets=1")).Text;
            long head = await client.Revision();

            Reply dry = (await client.Json(method, $"{path}?dry_run=1", body)).Expect(200);

            Assert.Equal((true, head, head), (dry.Json.GetProperty("dry_run").GetBoolean(), dry.Json.GetProperty("revision").GetInt64(), dry.Revision));
            Assert.Equal(before, (await client.Get("/config?secrets=1")).Text);
            Assert.Equal(head, await client.Revision());
            Reply real = await client.Json(method, path, body);
            Assert.Equal(head + 1, real.Revision);
            JsonElement made = (await client.Get($"/commits/{head + 1}")).Expect(200).Json.GetProperty("changes");
            Assert.Equal(WithoutTimes(made), WithoutTimes(dry.Json.GetProperty("changes")));
            Assert.True(made.GetArrayLength() > 0);
        }
    }

    [Fact]
    public async Task Errors_are_those_of_the_write_itself()
    {
        string name = $"dry-{admin.NextNumber()}";
        (await client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        (HttpMethod Method, string Path, string Body)[] wrong =
        [
            (HttpMethod.Post, "/services", $$"""{"name":"{{name}}","host":"a"}"""),
            (HttpMethod.Post, "/services", """{"port":99999}"""),
            (HttpMethod.Patch, "/services/nowhere", "{}"),
            (HttpMethod.Delete, $"/services/{name}/routes/nowhere", ""),
            (HttpMethod.Post, "/config", """{"_format_version":"3.0","services":[{"port":99999}]}"""),
            (HttpMethod.Post, "/batch", """{"operations":[{"method":"PATCH","path":"/services/nowhere","body":{}}]}"""),
            (HttpMethod.Post, "/batch", """{"operations":[{"method":"PUT","path":"/nothings/a"}]}"""),
        ];
        foreach ((HttpMethod method, string path, string body) in wrong)
        {
            Reply dry = await client.Json(method, $"{path}?dry_run=1", body);
            Reply real = await client.Json(method, path, body);
            Assert.True((int)real.Status is >= 400 and < 500, real.Text);
            Assert.Equal((real.Status, real.Text), (dry.Status, dry.Text));
        }
    }

    [Fact]
    public async Task What_changes_nothing_foretells_nothing()
    {
        string name = $"dry-{admin.NextNumber()}";
        (await client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        Assert.Equal(0, (await client.Put($"/services/{name}?dry_run=1", """{"host":"a"}""")).Expect(200).Json.GetProperty("changes").GetArrayLength());
        Assert.Equal(0, (await client.Delete($"/services/{name}-absent?dry_run=1")).Expect(200).Json.GetProperty("changes").GetArrayLength());
        Assert.Equal("a", (await client.Put($"/services/{name}?dry_run=0", """{"host":"a"}""")).Expect(200).String("host"));
    }

    private static string WithoutTimes(JsonElement changes)
    {
        JsonArray list = JsonNode.Parse(changes.GetRawText())!.AsArray();
        foreach (JsonNode? change in list)
        {
            foreach (string state in new[] { "before", "after" })
            {
                (change![state] as JsonObject)?.Remove("updated_at");
                (change[state] as JsonObject)?.Remove("created_at");
            }

            JsonArray fields = change!["fields"]!.AsArray();
            fields.RemoveAll(field => field!.GetValue<string>() == "updated_at");
        }

        return list.ToJsonString();
    }
}
