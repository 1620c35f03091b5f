using System.Text.Json;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>Kong Manager's pages, call by call: lists, pickers, filters, forms, and the errors that it shows.</summary>
[Collection<AdminCollection>]
public class ManagerTests(AdminFixture admin)
{
    private readonly ManagerPage page = new(admin.Client);

    [Theory]
    [InlineData("/services?sort_desc=1&size=30")]
    [InlineData("/routes?sort_desc=1&size=100")]
    [InlineData("/consumers?sort_desc=1&size=30")]
    [InlineData("/plugins?sort_desc=1&size=30")]
    [InlineData("/upstreams?sort_desc=1&size=30")]
    [InlineData("/certificates?sort_desc=1&size=30")]
    [InlineData("/ca_certificates?sort_desc=1&size=30")]
    [InlineData("/snis?sort_desc=1&size=30")]
    [InlineData("/vaults?sort_desc=1&size=30")]
    [InlineData("/keys?sort_desc=1&size=30")]
    [InlineData("/key-sets?sort_desc=1&size=30")]
    [InlineData("/services/w-service/routes?sort_desc=1&size=30")]
    [InlineData("/services/w-service/plugins")]
    [InlineData("/routes/w-route/plugins?sort_desc=1&size=30")]
    [InlineData("/consumers/w-consumer/plugins")]
    [InlineData("/consumers/w-consumer/key-auth?sort_desc=1&size=30")]
    [InlineData("/upstreams/w-upstream/targets?sort_desc=1&size=30")]
    [InlineData("/key-sets/w-set/keys?sort_desc=1&size=30")]
    [InlineData("/services?size=1000")]
    [InlineData("/routes?size=50&name=w-r")]
    [InlineData("/consumers?size=50&username=w")]
    [InlineData("/consumers?size=50&custom_id=w-custom")]
    public async Task Lists_and_pickers(string path)
    {
        await World.Ensure(admin.Client);
        JsonElement list = (await page.Get(path)).Json;
        Assert.NotEqual(0, list.GetProperty("data").GetArrayLength());
        Assert.True(list.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task The_overview_reads_the_node()
    {
        JsonElement node = (await page.Get("/")).Json;
        foreach (string member in new[] { "version", "edition", "hostname", "tagline", "lua_version" })
        {
            Assert.Equal(JsonValueKind.String, node.GetProperty(member).ValueKind);
        }

        JsonElement configuration = node.GetProperty("configuration");
        Assert.Equal(JsonValueKind.Number, configuration.GetProperty("proxy_listeners")[0].GetProperty("port").ValueKind);
        Assert.Equal(JsonValueKind.False, configuration.GetProperty("proxy_listeners")[0].GetProperty("ssl").ValueKind);
        Assert.Equal(JsonValueKind.String, configuration.GetProperty("admin_listen")[0].ValueKind);
        Assert.Equal(JsonValueKind.Array, configuration.GetProperty("admin_gui_listeners").ValueKind);
    }

    [Fact]
    public async Task A_service_with_its_route_plugin_and_consumer_from_form_to_deletion()
    {
        int n = admin.NextNumber();
        string service = $$"""{"name":"manager-{{n}}","url":"http://manager.example.com:81/p","port":80,"host":null,"protocol":null,"tags":null,"ca_certificates":null,"client_certificate":null,"tls_verify":null,"retries":5,"connect_timeout":60000}""";
        await page.Post("/schemas/services/validate", service, 200);
        Reply made = await page.Post("/services", service);
        Assert.Equal(("manager.example.com", 81, "/p"), (made.String("host"), made.Json.GetProperty("port").GetInt32(), made.String("path")));
        string id = made.String("id")!;
        Assert.Equal(made.Text, (await page.Get($"/services/manager-{n}")).Text);
        await page.Get($"/services/absent-{n}", 404);

        string route = (await page.Post("/routes", $$"""{"name":"manager-{{n}}","protocols":["http","https"],"paths":["/m"],"methods":null,"hosts":null,"headers":null,"snis":null,"sources":null,"destinations":null,"tags":[],"service":{"id":"{{id}}"},"regex_priority":0}""")).String("id")!;
        await page.Get("/schemas/plugins/key-auth");
        const string plugin = """{"name":"key-auth","config":{"key_names":["apikey"],"anonymous":null},"enabled":true,"protocols":["http","https"],"tags":null,"instance_name":null}""";
        await page.Post("/schemas/plugins/validate", plugin, 200);
        string pid = (await page.Post($"/routes/{route}/plugins", plugin)).String("id")!;
        Assert.Contains("key-auth", (await page.Get("/")).Json.GetProperty("plugins").GetProperty("enabled_in_cluster").EnumerateArray().Select(name => name.GetString()));
        await page.Get($"/plugins/{pid}?expand_partials=true");
        await page.Patch($"/routes/{route}/plugins/{pid}", $$"""{"name":"key-auth","enabled":false,"config":{"hide_credentials":true},"route":{"id":"{{route}}"},"service":null,"consumer":null}""");
        Assert.Equal("""["apikey"]""", (await page.Get($"/routes/{route}/plugins/{pid}")).Json.GetProperty("config").GetProperty("key_names").GetRawText());

        string consumer = (await page.Post("/consumers", $$"""{"username":"manager-{{n}}","custom_id":null,"tags":null}""")).String("id")!;
        await page.Get("/schemas/keyauth_credentials");
        await page.Post($"/consumers/{consumer}/key-auth", """{"key":null,"ttl":null,"tags":null}""");

        await page.Patch($"/services/{id}", """{"retries":2,"tags":["edited"]}""");
        Reply refused = await page.Delete($"/services/{id}", 400);
        Assert.Equal("an existing 'routes' entity references this 'services' entity", refused.String("message"));
        await page.Delete($"/routes/{route}");
        await page.Delete($"/services/{id}");
        await page.Delete($"/consumers/{consumer}");
        await page.Get($"/plugins/{pid}", 404);
    }

    [Fact]
    public async Task An_upstream_with_targets_and_a_key_set_with_keys()
    {
        int n = admin.NextNumber();
        string upstream = $$"""{"name":"manager-{{n}}.internal","slots":10000,"hash_on":"none","hash_fallback":"none","hash_on_cookie_path":"/","healthchecks":{"threshold":0},"host_header":null,"client_certificate":null,"tags":null}""";
        await page.Post("/schemas/upstreams/validate", upstream, 200);
        string id = (await page.Post("/upstreams", upstream)).String("id")!;
        await page.Post("/schemas/targets/validate", $$"""{"target":"10.0.0.1:80","weight":100,"upstream":{"id":"{{id}}"} }""", 200);
        await page.Post($"/upstreams/{id}/targets", """{"target":"10.0.0.1:80","weight":100,"tags":null}""");
        JsonElement health = (await page.Get($"/upstreams/{id}/health")).Json;
        Assert.Equal("HEALTHCHECKS_OFF", health.GetProperty("data")[0].GetProperty("health").GetString());
        Assert.Equal("10.0.0.1", health.GetProperty("data")[0].GetProperty("data").GetProperty("host").GetString());
        await page.Delete($"/upstreams/{id}");

        string set = (await page.Post("/key-sets", $$"""{"name":"manager-{{n}}","tags":null}""")).String("id")!;
        string key = (await page.Post($"/key-sets/{set}/keys", $$"""{"name":"manager-{{n}}","kid":"m{{n}}","jwk":"{\"kid\":\"m{{n}}\",\"kty\":\"oct\",\"k\":\"AAAA\"}","pem":null,"tags":null}""")).String("id")!;
        await page.Delete($"/key-sets/{set}/keys/{key}");
        await page.Delete($"/key-sets/{set}");
    }

    [Theory]
    [InlineData("/services", """{"name":"w-service","host":"a"}""", 409, "UNIQUE violation detected on '{name=\"w-service\"}'")]
    [InlineData("/routes", """{"paths":["x"]}""", 400, "schema violation (paths.1: should start with: / (fixed path) or ~/ (regex path))")]
    [InlineData("/schemas/services/validate", """{"host":"a","connect_timeout":-1}""", 400, "schema violation (connect_timeout: value should be between 1 and 2147483646)")]
    [InlineData("/schemas/targets/validate", """{"target":"123","upstream":{"id":"aaaaaaaa-0000-4000-8000-000000000004"}}""", 400, "schema violation (target: Invalid target ('123'); not a valid hostname or ip address)")]
    [InlineData("/vaults", """{"prefix":"env","name":"env"}""", 400, "schema violation (prefix: must not be one of: env)")]
    [InlineData("/keys", """{"kid":"a","jwk":"{\"kid\":\"b\",\"kty\":\"oct\"}"}""", 400, "schema violation (kid in jwk.kid must be equal to keys.kid)")]
    [InlineData("/upstreams", """{"name":"a.b","hash_on":"ip","hash_fallback":"ip"}""", 400, "2 schema violations (failed conditional validation given value of field 'hash_on'; hash_fallback: expected one of: none, consumer, header, cookie, path, query_arg, uri_capture)")]
    [InlineData("/upstreams", """{"name":"a.b","hash_on":"header","hash_on_header":"x","hash_fallback":"header","hash_fallback_header":"x"}""", 400, "schema violation (values of these fields must be distinct: 'hash_on_header', 'hash_fallback_header')")]
    [InlineData("/schemas/consumers/validate", "{}", 400, "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')")]
    [InlineData("/services", "[", 400, "Cannot parse JSON body")]
    public async Task Errors_read_as_Kongs(string path, string body, int status, string message)
    {
        await World.Ensure(admin.Client);
        Assert.Equal(message, (await page.Post(path, body, status)).String("message"));
    }

    [Fact]
    public async Task Every_kind_of_refusal_can_be_read_by_the_page()
    {
        await page.Get("/nothing", 404);
        await page.Get("/services?size=0", 400);
        await page.Get("/schemas/services/validate", 405);
        string tooLong = new('x', AdminFixture.MaxBodyBytes + 1);
        await page.Post("/services", tooLong, 413);
    }

    [Fact]
    public async Task The_script_that_tells_where_the_Admin_API_is()
    {
        Reply script = (await admin.Client.Get("/kconfig.js")).Expect(200);
        Assert.Equal("text/javascript", script.ContentHeaders.ContentType!.MediaType);
        Assert.StartsWith("window.K_CONFIG = {", script.Text, StringComparison.Ordinal);
        JsonElement values = JsonElement.Parse(script.Text["window.K_CONFIG = ".Length..]);
        Assert.Equal((AdminFixture.GuiOrigin, "/", ""), (values.GetProperty("ADMIN_GUI_URL").GetString(), values.GetProperty("ADMIN_GUI_PATH").GetString(), values.GetProperty("ADMIN_API_URL").GetString()));
        Assert.All(values.EnumerateObject(), value => Assert.Equal(JsonValueKind.String, value.Value.ValueKind));
    }
}
