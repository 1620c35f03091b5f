using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

/// <summary>What the node tells of itself and of the declarations.</summary>
[Collection<AdminCollection>]
public class NodeTests(AdminFixture admin)
{
    [Fact]
    public async Task The_root_tells_what_clients_choose_their_behaviour_by()
    {
        JsonElement root = (await admin.Client.Get("/")).Expect(200).Json;
        Assert.Matches("^3\\.9\\.\\d+$", root.GetProperty("version").GetString());
        Assert.Equal("community", root.GetProperty("edition").GetString());
        Assert.NotEmpty(root.GetProperty("mesh_version").GetString()!);
        JsonElement configuration = root.GetProperty("configuration");
        Assert.Equal("traditional_compatible", configuration.GetProperty("router_flavor").GetString());
        JsonElement tls = configuration.GetProperty("proxy_listeners")[1];
        Assert.Equal((8443, true, true), (tls.GetProperty("port").GetInt32(), tls.GetProperty("ssl").GetBoolean(), tls.GetProperty("http2").GetBoolean()));
        Assert.Equal(1250, root.GetProperty("plugins").GetProperty("available_on_server").GetProperty("key-auth").GetProperty("priority").GetInt32());
    }

    [Fact]
    public async Task Plugins_enabled_in_the_cluster_are_those_configured_now()
    {
        string id = (await admin.Client.Post("/plugins", """{"name":"ip-restriction","config":{"deny":["10.9.9.9"]}}""")).Expect(201).String("id")!;
        Assert.Contains("ip-restriction", await Enabled());
        (await admin.Client.Delete($"/plugins/{id}")).Expect(204);
        Assert.DoesNotContain("ip-restriction", await Enabled());

        async Task<string[]> Enabled() =>
            [.. (await admin.Client.Get("/")).Json.GetProperty("plugins").GetProperty("enabled_in_cluster").EnumerateArray().Select(name => name.GetString()!)];
    }

    [Fact]
    public async Task The_status_tells_that_the_store_is_reached()
    {
        JsonElement status = (await admin.Client.Get("/status")).Expect(200).Json;
        Assert.True(status.GetProperty("database").GetProperty("reachable").GetBoolean());
        Assert.True(status.GetProperty("server").GetProperty("total_requests").GetInt64() > 0);
    }

    [Fact]
    public async Task Gateways_are_addresses_of_live_silos()
    {
        JsonElement gateways = (await admin.Client.Get("/gateways")).Expect(200).Json;
        Assert.NotEmpty(gateways.GetProperty("cluster_id").GetString()!);
        Assert.NotEmpty(gateways.GetProperty("service_id").GetString()!);
        string gateway = Assert.Single(gateways.GetProperty("gateways").EnumerateArray()).GetString()!;
        Assert.True(System.Net.IPEndPoint.TryParse(gateway, out _), gateway);
    }

    [Fact]
    public async Task Schemas_nest_their_defaults()
    {
        JsonElement fields = (await admin.Client.Get("/schemas/upstreams")).Expect(200).Json.GetProperty("fields");
        JsonElement threshold = Find(Find(fields, "healthchecks").GetProperty("fields"), "threshold");
        Assert.Equal(0, threshold.GetProperty("default").GetInt32());
        JsonElement retries = Find((await admin.Client.Get("/schemas/services")).Json.GetProperty("fields"), "retries");
        Assert.Equal((5, "integer", "[0,32767]"), (retries.GetProperty("default").GetInt32(), retries.GetProperty("type").GetString(), retries.GetProperty("between").GetRawText()));
    }

    [Theory]
    [InlineData("/schemas/key-sets", 200)]
    [InlineData("/schemas/keyauth_credentials", 200)]
    [InlineData("/schemas/nothing", 404)]
    [InlineData("/schemas/plugins/key-auth", 200)]
    [InlineData("/schemas/plugins/nothing", 404)]
    public async Task Schemas_exist_by_kind_and_by_plugin(string path, int status) => (await admin.Client.Get(path)).Expect(status);

    [Fact]
    public async Task A_plugins_schema_has_its_config_with_defaults()
    {
        JsonElement fields = (await admin.Client.Get("/schemas/plugins/key-auth")).Expect(200).Json.GetProperty("fields");
        JsonElement names = Find(Find(fields, "config").GetProperty("fields"), "key_names");
        Assert.Equal("""["apikey"]""", names.GetProperty("default").GetRawText());
    }

    [Fact]
    public async Task Validation_commits_nothing()
    {
        long before = await admin.Client.Revision();
        Assert.Equal("schema validation successful", (await admin.Client.Post("/schemas/services/validate", """{"host":"a"}""")).Expect(200).String("message"));
        Assert.Equal(2, (await admin.Client.Post("/schemas/services/validate", """{"host":5}""")).Expect(400).Json.GetProperty("code").GetInt32());
        (await admin.Client.Post("/schemas/plugins/validate", """{"name":"key-auth"}""")).Expect(200);
        Assert.Equal(before, await admin.Client.Revision());
    }

    private static JsonElement Find(JsonElement fields, string name) =>
        fields.EnumerateArray().Single(field => field.TryGetProperty(name, out _)).GetProperty(name);

    /// <summary>A silo without an edge tells of itself; with one, the page is the edge's.</summary>
    [Fact]
    public async Task Metrics_are_answered_in_the_format_of_Prometheus()
    {
        Reply reply = (await admin.Client.Get("/metrics")).Expect(200);
        Assert.Equal("text/plain; charset=UTF-8", reply.ContentHeaders.ContentType!.ToString());
        Assert.Contains("# TYPE kong_datastore_reachable gauge\nkong_datastore_reachable 1\n", reply.Text);
        Assert.Contains("kong_node_info{node_id=\"", reply.Text);
    }

    [Fact]
    public async Task Schemas_say_which_fields_may_hold_references_and_references_are_shown_as_they_were_written()
    {
        Assert.Equal(["cert", "key", "cert_alt", "key_alt"], Referenceable((await admin.Client.Get("/schemas/certificates")).Expect(200).Json));
        JsonElement http = (await admin.Client.Get("/schemas/plugins/http-log")).Expect(200).Json;
        JsonElement config = http.GetProperty("fields").EnumerateArray().Single(field => field.TryGetProperty("config", out _)).GetProperty("config");
        Assert.Equal(["http_endpoint"], Referenceable(config));
        JsonElement headers = config.GetProperty("fields").EnumerateArray().Single(field => field.TryGetProperty("headers", out _)).GetProperty("headers");
        Assert.True(headers.GetProperty("values").GetProperty("referenceable").GetBoolean());

        Reply made = (await admin.Client.Post("/certificates", """{"cert":"{vault://env/pair/cert}","key":"{vault://env/pair/key}"}""")).Expect(201);
        Assert.Equal("{vault://env/pair/key}", (await admin.Client.Get($"/certificates/{made.String("id")}")).Expect(200).String("key"));
        (await admin.Client.Delete($"/certificates/{made.String("id")}")).Expect(204);

        static string[] Referenceable(JsonElement schema) =>
            [.. schema.GetProperty("fields").EnumerateArray()
                .Select(field => field.EnumerateObject().Single())
                .Where(field => field.Value.TryGetProperty("referenceable", out JsonElement set) && set.GetBoolean())
                .Select(field => field.Name)];
    }
}
