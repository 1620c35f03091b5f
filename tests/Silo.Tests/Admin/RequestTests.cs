using System.Text;
using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Paths, methods, bodies, headers and errors, whatever the kind.</summary>
[Collection<AdminCollection>]
public class RequestTests(AdminFixture admin)
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/services/a/b/c/d", 404)]
    [InlineData("GET", "/services/a/nothing", 404)]
    [InlineData("GET", "/targets", 404)]
    [InlineData("GET", "/snis/a/certificate", 404)]
    [InlineData("GET", "/services//a", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("DELETE", "/services", 405)]
    [InlineData("POST", "/services/a", 405)]
    [InlineData("DELETE", "/routes/a/service", 405)]
    [InlineData("PUT", "/config", 405)]
    [InlineData("TRACE", "/services", 405)]
    [InlineData("POST", "/services/nothing/routes", 404)]
    [InlineData("GET", "/services/nothing/routes", 404)]
    public async Task Paths_and_methods_that_do_not_exist(string method, string path, int status)
    {
        long before = await admin.Client.Revision();
        Reply reply = (await admin.Client.Send(new HttpMethod(method), path, "{}"u8.ToArray(), "application/json")).Expect(status);
        Assert.Equal(status == 404 ? "Not found" : "Method not allowed", reply.String("message"));
        Assert.Equal(before, reply.Revision);
    }

    [Theory]
    [InlineData("application/json", "{", 400, "Cannot parse JSON body")]
    [InlineData("application/json", "", 400, "Cannot parse JSON body")]
    [InlineData("application/json", "[]", 400, "Cannot parse JSON body")]
    [InlineData("application/json", """{"name":"a","name":"b"}""", 400, "Cannot parse JSON body")]
    [InlineData("text/plain", "host=a", 415, "Unsupported media type")]
    [InlineData("application/yaml", "host: a", 415, "Unsupported media type")]
    [InlineData(null, "{}", 415, "Unsupported media type")]
    [InlineData("multipart/form-data", "x", 400, "Cannot parse multipart body")]
    [InlineData("multipart/form-data; boundary=b", "x", 400, "Cannot parse multipart body")]
    public async Task Bodies_that_cannot_be_read(string? type, string body, int status, string message)
    {
        long before = await admin.Client.Revision();
        Reply reply = (await admin.Client.Send(HttpMethod.Post, "/services", Encoding.UTF8.GetBytes(body), type)).Expect(status);
        Assert.Equal(message, reply.String("message"));
        Assert.Equal(before, reply.Revision);
    }

    [Fact]
    public async Task Too_many_arguments_and_too_long_bodies_are_refused()
    {
        string many = string.Join('&', Enumerable.Range(0, 1001).Select(i => $"tags[]={i}"));
        Assert.Equal("Too many arguments", (await admin.Client.Send(HttpMethod.Post, "/services", Encoding.UTF8.GetBytes(many), Form)).Expect(400).String("message"));

        string query = string.Concat(Enumerable.Repeat("&a", 999));
        (await admin.Client.Get($"/services?a{query}")).Expect(200);
        Assert.Equal("Too many arguments", (await admin.Client.Get($"/services?a{query}&a")).Expect(400).String("message"));

        byte[] tooLong = new byte[AdminFixture.MaxBodyBytes + 1];
        Array.Fill(tooLong, (byte)' ');
        Assert.Equal("Payload too large", (await admin.Client.Send(HttpMethod.Post, "/services", tooLong, "application/json")).Expect(413).String("message"));
    }

    [Fact]
    public async Task An_empty_body_without_a_type_is_an_empty_entity()
    {
        Reply reply = (await admin.Client.Send(HttpMethod.Post, "/services")).Expect(400);
        Assert.Equal("required field missing", reply.Json.GetProperty("fields").GetProperty("host").GetString());
    }

    [Fact]
    public async Task Forms_and_multipart_say_the_same_as_json()
    {
        string name = $"form-{admin.NextNumber()}";
        Reply form = (await admin.Client.Send(HttpMethod.Put, $"/services/{name}", "url=http://example.com:81/p&tags[]=a&tags[]=b&retries=3&path="u8.ToArray(), Form)).Expect(200);
        Assert.Equal(("example.com", 81, 3), (form.String("host"), form.Json.GetProperty("port").GetInt32(), form.Json.GetProperty("retries").GetInt32()));
        Assert.Equal("""["a","b"]""", form.Json.GetProperty("tags").GetRawText());

        using MultipartFormDataContent parts = new() { { new StringContent("7"), "retries" }, { new StringContent("x"), "tags[1]" } };
        Reply patched = (await admin.Client.Send(HttpMethod.Patch, $"/services/{name}", await parts.ReadAsByteArrayAsync(), parts.Headers.ContentType!.ToString())).Expect(200);
        Assert.Equal(7, patched.Json.GetProperty("retries").GetInt32());
        Assert.Equal("""["x"]""", patched.Json.GetProperty("tags").GetRawText());
    }

    [Fact]
    public async Task A_form_casts_a_plugins_config_by_the_plugin_also_when_it_is_patched()
    {
        Reply plugin = (await admin.Client.Send(HttpMethod.Post, "/plugins", "name=request-termination&config.status_code=418&config.message=tea"u8.ToArray(), Form)).Expect(201);
        string id = plugin.String("id")!;
        Assert.Equal(418, plugin.Json.GetProperty("config").GetProperty("status_code").GetInt32());
        Reply patched = (await admin.Client.Send(HttpMethod.Patch, $"/plugins/{id}", "config.status_code=419"u8.ToArray(), Form)).Expect(200);
        Assert.Equal((419, "tea"), (patched.Json.GetProperty("config").GetProperty("status_code").GetInt32(), patched.Json.GetProperty("config").GetProperty("message").GetString()));
        (await admin.Client.Delete($"/plugins/{id}")).Expect(204);
    }

    [Fact]
    public async Task A_second_entity_of_one_name_is_a_conflict()
    {
        int n = admin.NextNumber();
        string body = $$"""{"name":"twice-{{n}}","host":"a"}""";
        (await admin.Client.Post("/services", body)).Expect(201);
        Reply refused = (await admin.Client.Post("/services", body)).Expect(409);
        Assert.Equal($$"""UNIQUE violation detected on '{name="twice-{{n}}"}'""", refused.String("message"));
        Assert.Equal(("unique constraint violation", 5), (refused.String("name"), refused.Json.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Keys_are_compared_after_decoding_once()
    {
        string name = $"a~b-{admin.NextNumber()}";
        (await admin.Client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        (await admin.Client.Get($"/services/{name.Replace("~", "%7E", StringComparison.Ordinal)}")).Expect(200);
        (await admin.Client.Get($"/services/{name.Replace("~", "%257E", StringComparison.Ordinal)}")).Expect(404);
    }

    [Fact]
    public async Task Nested_paths_and_parents_through_children()
    {
        int n = admin.NextNumber();
        Reply service = (await admin.Client.Put($"/services/nest-{n}", """{"host":"a"}""")).Expect(200);
        Reply route = (await admin.Client.Post($"/services/nest-{n}/routes", $$"""{"name":"nest-{{n}}","paths":["/n"]}""")).Expect(201);
        Assert.Equal(service.String("id"), route.Json.GetProperty("service").GetProperty("id").GetString());
        (await admin.Client.Get($"/services/nest-{n}/routes/nest-{n}")).Expect(200);
        (await admin.Client.Get($"/services/{service.String("id")}/routes/{route.String("id")}")).Expect(200);
        Assert.Equal(service.String("id"), (await admin.Client.Get($"/routes/nest-{n}/service")).Expect(200).String("id"));
        Assert.Equal(9, (await admin.Client.Patch($"/routes/nest-{n}/service", """{"retries":9}""")).Expect(200).Json.GetProperty("retries").GetInt32());
        (await admin.Client.Delete($"/services/nest-{n}")).Expect(400);
        (await admin.Client.Delete($"/services/nest-{n}/routes/nothing")).Expect(404);
        (await admin.Client.Delete($"/services/nest-{n}/routes/nest-{n}")).Expect(204);
        (await admin.Client.Delete($"/services/nest-{n}")).Expect(204);
        (await admin.Client.Get($"/default/services/nest-{n}")).Expect(404);
        (await admin.Client.Get("/default/services")).Expect(200);
        (await admin.Client.Get("/other/services")).Expect(404);
    }

    [Fact]
    public async Task A_certificate_is_found_by_its_sni_and_a_consumer_by_its_custom_id()
    {
        int n = admin.NextNumber();
        Reply certificate = (await admin.Client.Post("/certificates", $$"""{"cert":{{TestCertificates.Leaf.Cert}},"key":{{TestCertificates.Leaf.Key}}}""")).Expect(201);
        (await admin.Client.Post($"/certificates/{certificate.String("id")}/snis", $$"""{"name":"by-{{n}}.example.com"}""")).Expect(201);
        Assert.Equal(certificate.String("id"), (await admin.Client.Get($"/certificates/by-{n}.example.com")).Expect(200).String("id"));

        Reply consumer = (await admin.Client.Post("/consumers", $$"""{"custom_id":"custom-{{n}}"}""")).Expect(201);
        JsonElement found = (await admin.Client.Get($"/consumers?custom_id=custom-{n}")).Expect(200).Json.GetProperty("data");
        Assert.Equal(consumer.String("id"), Assert.Single(found.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Every_answer_says_who_made_it_how_long_it_took_and_the_revision()
    {
        foreach (string path in new[] { "/", "/services", "/nothing", "/services/nothing" })
        {
            Reply reply = await admin.Client.Get(path);
            Assert.StartsWith("mesh/", reply.Header("Server"), StringComparison.Ordinal);
            Assert.True(int.Parse(reply.Header("X-Kong-Admin-Latency")!) >= 0);
            Assert.True(reply.Revision >= 0);
        }

        Reply head = (await admin.Client.Send(HttpMethod.Head, "/services")).Expect(200);
        Assert.Empty(head.Body);
        Assert.True(head.ContentHeaders.ContentLength > 0);
    }

    [Fact]
    public async Task Options_tells_the_methods_and_the_configured_page_may_use_them()
    {
        Reply reply = (await admin.Client.Send(HttpMethod.Options, "/services", headers: [("Origin", AdminFixture.GuiOrigin), ("Access-Control-Request-Headers", "content-type")])).Expect(204);
        Assert.Equal("GET, HEAD, OPTIONS, POST", reply.Header("Access-Control-Allow-Methods"));
        Assert.Equal("GET, HEAD, OPTIONS, POST", string.Join(", ", reply.ContentHeaders.Allow));
        Assert.Equal("content-type", reply.Header("Access-Control-Allow-Headers"));
        Assert.Equal(AdminFixture.GuiOrigin, reply.Header("Access-Control-Allow-Origin"));

        Reply other = (await admin.Client.Send(HttpMethod.Get, "/services", headers: [("Origin", "http://attacker.example")])).Expect(200);
        Assert.Null(other.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_foreign_host_or_origin_reaches_nothing()
    {
        long before = await admin.Client.Revision();
        (await admin.Client.Send(HttpMethod.Get, "/services", headers: [("Host", "attacker.example")])).Expect(403);
        byte[] body = """{"host":"a"}"""u8.ToArray();
        (await admin.Client.Send(HttpMethod.Post, "/services", body, "application/json", ("Origin", "http://attacker.example"))).Expect(403);
        Assert.Equal(before, await admin.Client.Revision());
    }
}
