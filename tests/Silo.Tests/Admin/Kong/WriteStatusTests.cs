using System.Text.Json;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>What writes answer where Kong has rules of its own.</summary>
[Collection<AdminCollection>]
public class WriteStatusTests(AdminFixture admin)
{
    [Theory]
    [InlineData("POST", "/services", "{}", 400, 2)]
    [InlineData("POST", "/services", """{"host":"a","name":"w-service"}""", 409, 5)]
    [InlineData("POST", "/services", """{"host":"a","id":"aaaaaaaa-0000-4000-8000-000000000004"}""", 400, 3)]
    [InlineData("POST", "/services", """{"host":"a","id":"x"}""", 400, 2)]
    [InlineData("POST", "/services", """{"host":"a","client_certificate":{"id":"bbbbbbbb-0000-4000-8000-000000000000"},"protocol":"https"}""", 400, 4)]
    [InlineData("POST", "/services", """{"host":"a","port":"80"}""", 400, 2)]
    [InlineData("POST", "/routes", """{"paths":["/"],"service":{"name":"absent"}}""", 400, 13)]
    [InlineData("POST", "/routes", """{"paths":["/"],"service":{"id":"bbbbbbbb-0000-4000-8000-000000000000"}}""", 400, 4)]
    [InlineData("POST", "/routes", """{"paths":["/"],"service":{}}""", 400, 2)]
    [InlineData("PUT", "/services/w-new", "{}", 400, 2)]
    [InlineData("PUT", "/services/w-service/routes/w-route", """{"paths":["x"]}""", 400, 2)]
    [InlineData("PATCH", "/services/w-service", """{"port":-1}""", 400, 2)]
    [InlineData("PATCH", "/services/w-service", """{"name":null,"host":null}""", 400, 2)]
    [InlineData("PATCH", "/services/absent", "{}", 404, 0)]
    [InlineData("PATCH", "/services/w-service", """{"id":"bbbbbbbb-0000-4000-8000-000000000000"}""", 400, 2)]
    [InlineData("DELETE", "/services/w-service", null, 400, 4)]
    [InlineData("DELETE", "/services/absent", null, 204, 0)]
    [InlineData("DELETE", "/services/w-service/routes/absent", null, 404, 0)]
    [InlineData("DELETE", "/services/absent/routes/w-route", null, 404, 0)]
    [InlineData("DELETE", "/certificates/w-sni.example.com", null, 400, 4)]
    [InlineData("DELETE", "/ca_certificates/aaaaaaaa-0000-4000-8000-000000000002", null, 400, 19)]
    [InlineData("GET", "/ca_certificates/name", null, 400, 1)]
    [InlineData("DELETE", "/ca_certificates/name", null, 400, 1)]
    [InlineData("PUT", "/ca_certificates/name", "{}", 400, 1)]
    [InlineData("GET", "/acls/w-group", null, 400, 1)]
    [InlineData("GET", "/acls/w-group/consumer", null, 400, 1)]
    [InlineData("POST", "/plugins", """{"name":"absent"}""", 400, 2)]
    [InlineData("POST", "/plugins", """{"name":"rate-limiting","route":{"name":"w-route"},"config":{"minute":1}}""", 409, 5)]
    [InlineData("POST", "/consumers", """{"custom_id":"w-custom","username":"w-another"}""", 409, 5)]
    [InlineData("POST", "/consumers", "{}", 400, 2)]
    [InlineData("POST", "/consumers/w-consumer/acls", """{"group":"w-group"}""", 409, 5)]
    [InlineData("POST", "/upstreams/w-upstream/targets", """{"target":"10.0.0.1:80"}""", 409, 5)]
    [InlineData("POST", "/certificates", """{"cert":"x","key":"y"}""", 400, 2)]
    [InlineData("POST", "/key-auths", """{"key":"w-other"}""", 400, 2)]
    [InlineData("PUT", "/upstreams/w-upstream/targets/10.0.0.1:80/unhealthy", "", 400, 0)]
    [InlineData("PUT", "/upstreams/w-upstream/targets/absent:80/unhealthy", "", 404, 0)]
    [InlineData("POST", "/schemas/absent/validate", "{}", 404, 0)]
    [InlineData("POST", "/schemas/services/validate", """{"host":"a"}""", 200, 0)]
    [InlineData("POST", "/schemas/vaults/validate", """{"prefix":"w-x","name":"env"}""", 200, 0)]
    [InlineData("POST", "/schemas/vaults/validate", """{"prefix":"w-x","name":"hcv"}""", 400, 2)]
    [InlineData("GET", "/tags/a%2Cb", null, 400, 10)]
    [InlineData("GET", "/tags?size=0", null, 400, 9)]
    [InlineData("GET", "/tags?offset=%21", null, 400, 7)]
    [InlineData("GET", "/upstreams/w-upstream/health?size=x", null, 400, 9)]
    [InlineData("GET", "/status?unit=x", null, 400, 0)]
    [InlineData("GET", "/status?scale=-1", null, 400, 0)]
    [InlineData("GET", "/status?unit=K&scale=3", null, 200, 0)]
    [InlineData("PUT", "/debug/node/log-level/loud", "", 400, 0)]
    [InlineData("PUT", "/debug/node/log-level/warn?timeout=-1", "", 400, 0)]
    public async Task Status_and_code(string method, string path, string? body, int status, int code)
    {
        await World.Ensure(admin.Client);
        long before = await admin.Client.Revision();
        Reply reply = body is null or ""
            ? await admin.Client.Send(new HttpMethod(method), path)
            : await admin.Client.Json(new HttpMethod(method), path, body);
        reply.Expect(status);
        Assert.Equal(before, await admin.Client.Revision());
        Assert.Equal(code, reply.Body.Length > 0 && reply.Json.TryGetProperty("code", out JsonElement given) ? given.GetInt32() : 0);
        if (code != 0)
        {
            Assert.NotEmpty(reply.String("message")!);
            Assert.NotEmpty(reply.String("name")!);
        }
    }

    [Theory]
    [InlineData("/ca_certificates/name", "invalid primary key: '{id=\"expected a valid UUID\"}'", "invalid primary key")]
    [InlineData("/tags/a%2Cb", "invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences", "invalid unique tag")]
    [InlineData("/status?unit=x", "invalid unit 'x' (expected 'k/K', 'm/M', or 'g/G')", null)]
    [InlineData("/schemas/absent", "No entity named 'absent'", null)]
    [InlineData("/schemas/vaults/absent", "No vault named 'absent'", null)]
    [InlineData("/schemas/plugins/absent", "No plugin named 'absent'", null)]
    [InlineData("/plugins/schema/absent", "No plugin named 'absent'", null)]
    public async Task Messages(string path, string message, string? name)
    {
        JsonElement reply = (await admin.Client.Get(path)).Json;
        Assert.Equal(message, reply.GetProperty("message").GetString());
        Assert.Equal(name, reply.TryGetProperty("name", out JsonElement given) ? given.GetString() : null);
    }

    [Fact]
    public async Task A_parent_that_is_missing_is_made_by_putting_it_through_its_child()
    {
        int n = admin.NextNumber();
        (await admin.Client.Put($"/routes/lone-{n}", """{"paths":["/lone"]}""")).Expect(200);
        (await admin.Client.Get($"/routes/lone-{n}/service")).Expect(404);
        (await admin.Client.Patch($"/routes/lone-{n}/service", """{"retries":1}""")).Expect(404);
        long before = await admin.Client.Revision();
        (await admin.Client.Put($"/routes/lone-{n}/service", """{"port":-1}""")).Expect(400);
        Assert.Equal(before, await admin.Client.Revision());

        Reply made = (await admin.Client.Put($"/routes/lone-{n}/service", """{"host":"lone.example.com"}""")).Expect(200);
        Assert.Equal(before + 1, made.Revision);
        Assert.Equal(made.Text, (await admin.Client.Get($"/routes/lone-{n}/service")).Expect(200).Text);
        Reply again = (await admin.Client.Put($"/routes/lone-{n}/service", """{"host":"other.example.com"}""")).Expect(200);
        Assert.Equal(made.String("id"), again.String("id"));
    }

    [Fact]
    public async Task Deleting_a_parent_takes_what_belongs_to_it()
    {
        int n = admin.NextNumber();
        (await admin.Client.Put($"/consumers/gone-{n}", "{}")).Expect(200);
        string key = (await admin.Client.Post($"/consumers/gone-{n}/key-auth", "{}")).Expect(201).String("key")!;
        Assert.Equal(32, key.Length);
        string plugin = (await admin.Client.Post($"/consumers/gone-{n}/plugins", """{"name":"rate-limiting","config":{"minute":1}}""")).Expect(201).String("id")!;
        (await admin.Client.Delete($"/consumers/gone-{n}")).Expect(204);
        (await admin.Client.Get($"/key-auths/{key}")).Expect(404);
        (await admin.Client.Get($"/plugins/{plugin}")).Expect(404);
    }
}
