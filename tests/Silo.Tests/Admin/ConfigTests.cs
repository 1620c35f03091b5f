using System.Text;
using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

[Collection<AdminCollection>]
public class ConfigTests(AdminFixture admin)
{
    private const string Document = """
        _format_version: "3.0"
        services:
        - name: files
          url: http://files.example.com
          routes:
          - name: files
            paths: [/files]
        consumers:
        - username: alice
          keyauth_credentials:
          - key: open-sesame
        """;

    [Fact]
    public async Task A_document_becomes_the_whole_configuration_in_one_commit()
    {
        (await admin.Client.Post("/services", """{"name":"to-be-gone","host":"a"}""")).Expect(201);
        long before = await admin.Client.Revision();
        Reply applied = await Apply(Document, "application/yaml");
        applied.Expect(201);
        Assert.Equal(before + 1, applied.Revision);
        Assert.Equal(1, applied.Json.GetProperty("counts").GetProperty("routes").GetInt32());
        Assert.Single(applied.Json.GetProperty("routes").EnumerateObject());
        (await admin.Client.Get("/services/to-be-gone")).Expect(404);
        (await admin.Client.Get("/services/files/routes/files")).Expect(200);

        Reply again = (await Apply(Document, "text/yaml")).Expect(201);
        Assert.Equal(before + 1, again.Revision);
        Assert.Equal(304, (int)(await admin.Client.Send(HttpMethod.Post, "/config?check_hash=1", Encoding.UTF8.GetBytes(Document), "application/yaml")).Status);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task What_was_exported_can_be_applied_and_changes_nothing(string format)
    {
        (await Apply(Document, "application/yaml")).Expect(201);
        Reply export = (await admin.Client.Get($"/config?format={format}")).Expect(200);
        Assert.Equal($"application/{format}", export.ContentHeaders.ContentType!.MediaType);
        Reply applied = (await Apply(export.Text, $"application/{format}")).Expect(201);
        Assert.Equal(export.Revision, applied.Revision);
        Assert.Equal(export.Text, (await admin.Client.Get($"/config?format={format}")).Text);
    }

    [Fact]
    public async Task The_format_follows_the_accept_header()
    {
        Reply yaml = (await admin.Client.Send(HttpMethod.Get, "/config", headers: [("Accept", "application/yaml")])).Expect(200);
        Assert.Equal("application/yaml", yaml.ContentHeaders.ContentType!.MediaType);
        Assert.Equal("application/json", (await admin.Client.Get("/config")).Expect(200).ContentHeaders.ContentType!.MediaType);
        (await admin.Client.Get("/config?format=xml")).Expect(400);
    }

    [Fact]
    public async Task The_document_may_stand_in_a_member_or_a_form()
    {
        (await admin.Client.Post("/config", JsonSerializer.Serialize(new { config = Document }))).Expect(201);
        byte[] form = Encoding.UTF8.GetBytes("config=" + Uri.EscapeDataString(Document));
        (await admin.Client.Send(HttpMethod.Post, "/config", form, "application/x-www-form-urlencoded")).Expect(201);
    }

    [Fact]
    public async Task One_bad_entity_changes_nothing_and_every_error_is_listed_with_its_place()
    {
        (await Apply(Document, "application/yaml")).Expect(201);
        Reply before = (await admin.Client.Get("/config")).Expect(200);
        const string bad = """
            {"_format_version":"3.0",
             "services":[
               {"name":"good","host":"a"},
               {"name":"bad","host":"b","port":99999,"routes":[{"name":"r","paths":["nope"]}]}],
             "consumers":[{"tags":["x"]}]}
            """;
        Reply refused = (await admin.Client.Post("/config", bad)).Expect(400);
        Assert.Equal((14, "invalid declarative configuration"), (refused.Json.GetProperty("code").GetInt32(), refused.String("name")));
        string[] places = [.. refused.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("place").GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(["consumers[0]", "services[1]", "services[1].routes[0]"], places);
        JsonElement service = refused.Json.GetProperty("fields").GetProperty("services")[1];
        Assert.Equal("value should be between 0 and 65535", service.GetProperty("port").GetString());
        Assert.Equal(JsonValueKind.Array, service.GetProperty("routes")[0].GetProperty("paths").ValueKind);
        Assert.Equal(before.Text, (await admin.Client.Get("/config")).Text);
        Assert.Equal(before.Revision, refused.Revision);
    }

    [Fact]
    public async Task Errors_can_be_flattened()
    {
        const string bad = """{"_format_version":"3.0","services":[{"name":"bad","host":"b","port":99999,"tags":["t"]}]}""";
        Reply refused = (await admin.Client.Post("/config?flatten_errors=1", bad)).Expect(400);
        JsonElement flat = Assert.Single(refused.Json.GetProperty("flattened_errors").EnumerateArray());
        Assert.Equal(("service", "bad"), (flat.GetProperty("entity_type").GetString(), flat.GetProperty("entity_name").GetString()));
        JsonElement error = Assert.Single(flat.GetProperty("errors").EnumerateArray());
        Assert.Equal(("field", "port"), (error.GetProperty("type").GetString(), error.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("application/yaml", "a: b: c")]
    [InlineData("application/yaml", "just text")]
    [InlineData("application/yaml", "services: []")]
    [InlineData("application/yaml", "_format_version: '9.9'")]
    [InlineData("application/yaml", "_format_version: '3.0'\nsparkling: []")]
    [InlineData("application/yaml", "_format_version: '3.0'\nservices: 5")]
    [InlineData("application/yaml", "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "{")]
    [InlineData("application/json", """{"config":"{"}""")]
    [InlineData("application/x-www-form-urlencoded", "other=x")]
    [InlineData("image/png", "x")]
    public async Task What_is_no_document_is_refused(string type, string text)
    {
        long before = await admin.Client.Revision();
        Reply refused = await Apply(text, type);
        Assert.InRange((int)refused.Status, 400, 415);
        Assert.Equal(before, await admin.Client.Revision());
    }

    [Fact]
    public async Task A_document_may_be_longer_than_a_single_write()
    {
        string routes = string.Join(',', Enumerable.Range(0, 4000).Select(i => $$"""{"name":"long-{{i}}","paths":["/long/{{i}}"],"tags":["padding-padding-padding"]}"""));
        string document = $$"""{"_format_version":"3.0","routes":[{{routes}}]}""";
        Assert.True(document.Length > AdminFixture.MaxBodyBytes);
        Reply applied = (await admin.Client.Post("/config", document)).Expect(201);
        Assert.Equal(4000, applied.Json.GetProperty("changes").GetProperty("created").GetInt32());
        (await Apply(Document, "application/yaml")).Expect(201);
    }

    private Task<Reply> Apply(string document, string type) =>
        admin.Client.Send(HttpMethod.Post, "/config", Encoding.UTF8.GetBytes(document), type);
}
