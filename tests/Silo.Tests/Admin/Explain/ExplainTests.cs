using System.Text.Json;
using Mesh.Silo.Admin.Explain;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Silo.Tests.Admin.Explain;

/// <summary>In a process without an edge: the snapshot is compiled from the workspace.</summary>
[Collection<AdminCollection>]
public class ExplainTests(AdminFixture admin)
{
    [Fact]
    public async Task A_request_is_explained_at_the_newest_revision()
    {
        string path = $"/explained-{admin.NextNumber()}";
        string service = (await admin.Client.Post("/services", """{"host":"upstream.internal","path":"/base"}""")).Expect(201).String("id")!;
        string route = (await admin.Client.Post("/routes", $$"""{"paths":["{{path}}"],"methods":["GET"],"service":{"id":"{{service}}"} }""")).Expect(201).String("id")!;
        JsonElement first = await Explain($$"""{"host":"a.test","path":"{{path}}//x/../y?z=%20"}""");
        Assert.Equal(route, first.GetProperty("route").GetProperty("id").GetString());
        Assert.Equal("http://upstream.internal:80/base/y?z=%20", first.GetProperty("upstream_request").GetProperty("url").GetString());
        Assert.Equal(await admin.Client.Revision(), first.GetProperty("revision").GetInt64());

        // What is committed afterwards comes as a delta.
        (await admin.Client.Patch($"/routes/{route}", """{"methods":["POST"]}""")).Expect(200);
        JsonElement second = await Explain($$"""{"host":"a.test","path":"{{path}}"}""");
        Assert.Equal(("router", 404), (second.GetProperty("refusal").GetProperty("stage").GetString(), second.GetProperty("refusal").GetProperty("status").GetInt32()));
        JsonElement rival = second.GetProperty("candidates").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == route);
        Assert.Equal("method GET is not in [POST]", rival.GetProperty("reason").GetString());
        Assert.Equal(await admin.Client.Revision(), second.GetProperty("revision").GetInt64());
        (await admin.Client.Delete($"/routes/{route}")).Expect(204);
        (await admin.Client.Delete($"/services/{service}")).Expect(204);
    }

    [Fact]
    public async Task Routes_by_address_are_explained_for_the_ends_that_are_given()
    {
        string path = $"/explained-{admin.NextNumber()}";
        string route = (await admin.Client.Post("/routes", $$"""{"paths":["{{path}}"],"sources":[{"port":53}],"destinations":[{"ip":"10.9.0.0/16","port":80}]}""")).Expect(201).String("id")!;

        JsonElement found = await Explain($$"""{"host":"a.test","path":"{{path}}","client_port":53,"destination_address":"10.9.0.1"}""");
        Assert.Equal(route, found.GetProperty("route").GetProperty("id").GetString());
        Assert.Contains("""{"attribute":"destinations","condition":"[10.9.0.0/16:80]","value":"10.9.0.1:80"}""", found.GetProperty("route").GetRawText(), StringComparison.Ordinal);

        JsonElement missed = await Explain($$"""{"host":"a.test","path":"{{path}}","client_port":53}""");
        JsonElement rival = missed.GetProperty("candidates").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == route);
        Assert.Equal("destination 127.0.0.1:80 is not in [10.9.0.0/16:80]", rival.GetProperty("reason").GetString());
        (await admin.Client.Delete($"/routes/{route}")).Expect(204);
    }

    [Fact]
    public async Task Scopes_of_plugins_are_told_and_their_settings_are_not()
    {
        int n = admin.NextNumber();
        string service = (await admin.Client.Post("/services", """{"host":"upstream.internal"}""")).Expect(201).String("id")!;
        (await admin.Client.Post("/routes", $$"""{"name":"explained-{{n}}","paths":["/explained-{{n}}"],"service":{"id":"{{service}}"} }""")).Expect(201);
        string consumer = (await admin.Client.Post("/consumers", $$"""{"username":"explained-{{n}}"}""")).Expect(201).String("id")!;
        string onService = (await admin.Client.Post($"/services/{service}/plugins", """{"name":"request-termination","config":{"message":"not-to-be-shown"}}""")).Expect(201).String("id")!;
        string onConsumer = (await admin.Client.Post($"/consumers/{consumer}/plugins", """{"name":"request-termination","config":{"message":"not-to-be-shown"}}""")).Expect(201).String("id")!;

        Reply reply = (await admin.Client.Post("/explain", $$"""{"host":"a.test","path":"/explained-{{n}}","consumer":"explained-{{n}}"}""")).Expect(200);
        Assert.DoesNotContain("not-to-be-shown", reply.Text);
        JsonElement plugin = Assert.Single(reply.Json.GetProperty("plugins").EnumerateArray());
        Assert.Equal((onConsumer, "consumer"), (plugin.GetProperty("id").GetString(), plugin.GetProperty("scope").GetString()));
        Assert.Equal(onService, Assert.Single(plugin.GetProperty("lost").EnumerateArray()).GetProperty("id").GetString());

        JsonElement anonymous = await Explain($$"""{"host":"a.test","path":"/explained-{{n}}"}""");
        Assert.Equal(onService, Assert.Single(anonymous.GetProperty("plugins").EnumerateArray()).GetProperty("id").GetString());
        (await admin.Client.Delete($"/routes/explained-{n}")).Expect(204);
    }

    [Fact]
    public async Task A_body_at_fault_is_told_field_by_field()
    {
        JsonElement problem = (await admin.Client.Post("/explain", """{"scheme":"tcp","port":0,"client_address":"x","headers":{"a b":["1"],"host":["x"]},"more":1}""")).Expect(400).Json;
        JsonElement fields = problem.GetProperty("fields");
        Assert.Equal((2, "schema violation"), (problem.GetProperty("code").GetInt32(), problem.GetProperty("name").GetString()));
        Assert.Equal("expected one of: http, https", fields.GetProperty("scheme").GetString());
        Assert.Equal("required field missing", fields.GetProperty("host").GetString());
        Assert.Equal("unknown field", fields.GetProperty("more").GetString());
        Assert.Equal("invalid ip address: x", fields.GetProperty("client_address").GetString());
        Assert.True(fields.TryGetProperty("headers", out _) && fields.TryGetProperty("port", out _));
    }

    [Theory]
    [InlineData("""{"host":"a.test","consumer":"nobody"}""", 400, "no consumer has this id or username")]
    [InlineData("""{"host":"a_b..c/d"}""", 400, "invalid value")]
    [InlineData("""{"host":"a.test","headers":{"x":["a\r\nb"]}}""", 400, "control characters")]
    [InlineData("""[1]""", 400, "Cannot parse JSON body")]
    public async Task What_cannot_be_a_request_is_refused(string body, int status, string says) =>
        Assert.Contains(says, (await admin.Client.Post("/explain", body)).Expect(status).Text);

    [Fact]
    public async Task Null_means_the_default()
    {
        JsonElement request = (await Explain("""{"host":"a.test","method":null,"scheme":null,"port":null,"path":null,"headers":null,"client_address":null,"sni":null,"http_version":null,"consumer":null}"""))
            .GetProperty("request");
        Assert.Equal(("GET", "http", "/", "127.0.0.1"), (
            request.GetProperty("method").GetString(), request.GetProperty("scheme").GetString(), request.GetProperty("path").GetString(), request.GetProperty("client_address").GetString()));
    }

    [Fact]
    public async Task A_form_asks_as_well() =>
        (await admin.Client.Send(HttpMethod.Post, "/explain", "host=a.test&port=8080&headers.x-a[]=1"u8.ToArray(), "application/x-www-form-urlencoded")).Expect(200);

    [Fact]
    public async Task A_snapshot_that_nobody_asks_for_is_dropped()
    {
        FakeTimeProvider time = new();
        using WorkspaceSnapshots snapshots = new(admin.Grains, time);
        Assert.Equal(await admin.Client.Revision(), (await snapshots.Read("default", CancellationToken.None)).Revision);
        time.Advance(WorkspaceSnapshots.IdleTime - TimeSpan.FromSeconds(1));
        Assert.True(snapshots.IsWarm);
        await snapshots.Read("default", CancellationToken.None);
        time.Advance(WorkspaceSnapshots.IdleTime - TimeSpan.FromSeconds(1));
        Assert.True(snapshots.IsWarm);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(snapshots.IsWarm);
    }

    private async Task<JsonElement> Explain(string body) => (await admin.Client.Post("/explain", body)).Expect(200).Json;
}
