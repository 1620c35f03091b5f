using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin;
using Mesh.Silo.Admin.OpenApi;

namespace Mesh.Silo.Tests.Admin.OpenApi;

/// <summary>The document against the router, against the OpenAPI schema, and against what the running API answers.</summary>
[Collection<AdminCollection>]
public class OpenApiTests(AdminFixture admin)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly EntitySchemas Schemas = new(PluginCatalog.Default);

    [Fact]
    public void Every_method_of_every_path_is_described_and_nothing_else()
    {
        OpenApiDocument document = new(Schemas, "0.0.0");
        JsonObject paths = document.Build()["paths"]!.AsObject();

        // To be described in FixedOperations.
        Assert.Empty(document.Undescribed);
        string[] answered =
        [
            .. AdminRoutes.All(Schemas).DistinctBy(route => route.Template).SelectMany(route =>
            {
                AdminResource resource = route.Open([.. route.Parameters.Select(name => name == "kind" ? "routes" : Guid.Empty.ToString())])!;
                return Methods.Where(method => resource.Handler(method) is not null).Select(method => $"{method} {route.Template}");
            }),
        ];
        string[] described =
            [.. paths.SelectMany(path => path.Value!.AsObject().Where(member => member.Key != "parameters").Select(member => $"{member.Key.ToUpperInvariant()} {path.Key}"))];
        Assert.Equal(answered.Order(), described.Order());
        Assert.Empty(FixedOperations.Described.Except(described));
    }

    [Fact]
    public void What_the_document_says_the_router_finds()
    {
        AdminRouter router = new(Schemas);
        foreach ((string template, JsonNode? path) in new OpenApiDocument(Schemas, "0.0.0").Build()["paths"]!.AsObject())
        {
            string[] segments = [.. AdminPath.Split(template)!.Select(segment => segment switch { "{kind}" => "routes", ['{', ..] => Guid.Empty.ToString(), _ => segment })];
            AdminResource? resource = router.Find(segments)?.Resource;
            Assert.NotNull(resource);
            foreach ((string method, _) in path!.AsObject().Where(member => member.Key != "parameters"))
            {
                Assert.NotNull(resource.Handler(method.ToUpperInvariant()));
            }
        }
    }

    [Fact]
    public async Task Document_answers_examples_and_bodies_hold_against_its_schemas()
    {
        DocumentCheck check = new(JsonNode.Parse((await admin.Client.Get("/openapi.json")).Expect(200).Body)!.AsObject());
        foreach (KindSample sample in KindSample.All)
        {
            await Exercise(check, sample);
        }

        await ReadFixed(check);
        await Errors(check);
        foreach (string kind in Examples.Kinds)
        {
            EntitySchema schema = Schemas.Find(kind)!;
            check.Add($"example of {kind}", $"/components/schemas/{EntityComponents.InputName(schema)}", Examples.Of(kind, nested: true));
        }

        Assert.True(check.Count > 150, $"{check.Count} checks");
        Assert.Empty(await check.Run());
    }

    [Fact]
    public async Task Schemas_refuse_what_the_api_refuses()
    {
        DocumentCheck check = new(new OpenApiDocument(Schemas, "0.0.0").Build());
        string[] bodies =
        [
            """{"host":"a","retries":-1}""", """{"host":"a","port":70000}""", """{"host":5}""", """{"protocol":"gopher","host":"a"}""", """{"host":"a","path":"x"}""",
            """{"host":"a","unknown":1}""", """{}""", """{"host":"a","enabled":null}""",
        ];
        foreach (string body in bodies)
        {
            check.Add(body, "/components/schemas/ServiceInput", JsonNode.Parse(body));
            Assert.Equal(400, (int)(await admin.Client.Post("/services", body)).Status);
        }

        const string Plugin = """{"name":"rate-limiting","config":{"minute":"x"}}""";
        check.Add(Plugin, "/components/schemas/PluginInput", JsonNode.Parse(Plugin));
        Assert.Equal(bodies.Append(Plugin), (await check.Run()).Select(line => line[..(line.IndexOf("}: ", StringComparison.Ordinal) + 1)]));
    }

    /// <summary>Every operation of one kind, at its top-level or nested path.</summary>
    private async Task Exercise(DocumentCheck check, KindSample sample)
    {
        int n = admin.NextNumber();
        string parent = "";
        if (sample.Parent is { } needed)
        {
            parent = (await admin.Client.Post(needed.Path, KindSample.Fill(needed.Body, n))).Expect(201).String("id")!;
        }

        KindSample one = sample.Numbered(n, parent);
        EntitySchema schema = Schemas.Find(sample.Kind)!;
        string collection = Template(one.Path);
        check.Add($"body of {sample.Kind}", $"/components/schemas/{EntityComponents.InputName(schema)}", JsonNode.Parse(one.Body));
        check.Add($"patch of {sample.Kind}", $"/components/schemas/{EntityComponents.PatchName(schema)}", JsonNode.Parse($$"""{"{{one.Field}}":{{one.Patch}} }"""));
        check.AddAnswer("POST", collection, await admin.Client.Post($"{one.Path}?dry_run=1", one.Body));
        Reply created = (await admin.Client.Post(one.Path, one.Body)).Expect(201);
        check.AddAnswer("POST", collection, created);
        check.AddAnswer("POST", collection, await admin.Client.Post(one.Path, """{"tags":5}"""));
        check.AddAnswer("GET", collection, (await admin.Client.Get($"{one.Path}?size=1")).Expect(200));
        check.AddAnswer("GET", collection, (await admin.Client.Get($"{one.Path}?size=0")).Expect(400));

        string path = $"{one.Path}/{created.String("id")}";
        string template = Template(path);
        check.AddAnswer("GET", template, (await admin.Client.Get(path)).Expect(200));
        check.AddAnswer("PATCH", template, (await admin.Client.Patch(path, $$"""{"{{one.Field}}":{{one.Patch}} }""")).Expect(200));
        check.AddAnswer("PUT", template, (await admin.Client.Put(path, one.Body)).Expect(200));
        check.AddAnswer("GET", $"{template}/history", (await admin.Client.Get($"{path}/history?size=2")).Expect(200));
        check.AddAnswer("DELETE", template, (await admin.Client.Delete($"{path}?dry_run=1")).Expect(200));
        check.AddAnswer("DELETE", template, (await admin.Client.Delete(path)).Expect(204));
        check.AddAnswer("GET", template, (await admin.Client.Get(path)).Expect(404));
    }

    private async Task ReadFixed(DocumentCheck check)
    {
        string[] plain =
        [
            "/", "/status", "/endpoints", "/timers", "/gateways", "/openapi.json", "/debug/node/log-level", "/tags", "/config", "/commits?size=3", "/edges", "/edges/listeners", "/listeners",
            "/metrics/summary", "/plugins/enabled", "/search?q=s",
        ];
        foreach (string path in plain)
        {
            check.AddAnswer("GET", path.Split('?')[0], (await admin.Client.Get(path)).Expect(200));
        }

        long head = await admin.Client.Revision();
        check.AddAnswer("GET", "/commits/{commit}", (await admin.Client.Get($"/commits/{head}")).Expect(200));
        check.AddAnswer("GET", "/commits/{commit}", (await admin.Client.Get($"/commits/{head - 1}..{head}")).Expect(200));
        check.AddAnswer("POST", "/commits/{commit}/revert", (await admin.Client.Post($"/commits/{head - 1}/revert?dry_run=1", "{}")).Expect(200));
        check.AddAnswer("GET", "/schemas/{kind}", (await admin.Client.Get("/schemas/routes")).Expect(200));
        check.AddAnswer("GET", "/schemas/plugins/{plugin}", (await admin.Client.Get("/schemas/plugins/key-auth")).Expect(200));
        check.AddAnswer("POST", "/schemas/{kind}/validate", (await admin.Client.Post("/schemas/services/validate", """{"host":"a"}""")).Expect(200));
        check.AddAnswer("POST", "/batch", (await admin.Client.Post("/batch", """{"operations":[{"method":"DELETE","path":"/services/no-such"}]}""")).Expect(200));
        check.AddAnswer("POST", "/batch", (await admin.Client.Post("/batch", """{"operations":[{"method":"POST","path":"/services","body":{}}]}""")).Expect(400));

        string name = $"documented-{admin.NextNumber()}";
        string service = (await admin.Client.Put($"/services/{name}", """{"url":"https://upstream.internal/base"}""")).Expect(200).String("id")!;
        (await admin.Client.Put($"/routes/{name}", $$"""{"paths":["~/{{name}}/(?<rest>.*)"],"service":{"id":"{{service}}"} }""")).Expect(200);
        (await admin.Client.Post($"/services/{service}/plugins", """{"name":"key-auth"}""")).Expect(201);
        check.AddAnswer("GET", "/routes/{route}/traffic", (await admin.Client.Get($"/routes/{name}/traffic")).Expect(200));
        check.AddAnswer("GET", "/services/{service}/traffic", (await admin.Client.Get($"/services/{name}/traffic")).Expect(200));
        check.AddAnswer("GET", "/routes/{route}/service", (await admin.Client.Get($"/routes/{name}/service")).Expect(200));
        foreach (string target in new[] { $"/{name}/a", "/%00", "/nothing-here" })
        {
            string body = $$"""{"host":"a.test","path":"{{target}}","headers":{"te":["trailers"]} }""";
            check.Add("body of explain", "/components/schemas/ExplainInput", JsonNode.Parse(body));
            check.AddAnswer("POST", "/explain", (await admin.Client.Post("/explain", body)).Expect(200));
        }

        (await admin.Client.Delete($"/routes/{name}")).Expect(204);
    }

    private async Task Errors(DocumentCheck check)
    {
        check.AddAnswer("POST", "/services", (await admin.Client.Send(HttpMethod.Post, "/services", "x"u8.ToArray(), "text/plain")).Expect(415));
        check.AddAnswer("POST", "/explain", (await admin.Client.Post("/explain", "{}")).Expect(400));
        check.AddAnswer("PATCH", "/services/{service}", (await admin.Client.Patch("/services/no-such-service", """{"retries":1}""")).Expect(404));
        check.AddAnswer("POST", "/services", (await admin.Client.Send(HttpMethod.Post, "/services", """{"host":"a"}"""u8.ToArray(), "application/json", ("If-Match", "1"))).Expect(412));
        string name = $"documented-{admin.NextNumber()}";
        (await admin.Client.Post("/services", $$"""{"name":"{{name}}","host":"a"}""")).Expect(201);
        check.AddAnswer("POST", "/services", (await admin.Client.Post("/services", $$"""{"name":"{{name}}","host":"a"}""")).Expect(409));
    }

    /// <summary>The template that a path stands for.</summary>
    private static string Template(string path) => AdminRoutes.All(Schemas).First(route => route.Find(AdminPath.Split(path)!) is not null).Template;
}
