using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins;
using Mesh.Grains.Schemas;

namespace Mesh.Silo.Tests.Admin.History;

/// <summary>What is declared secret is seen where the entity itself is read, and nowhere else.</summary>
[Collection<AdminCollection>]
public class SecretTests(AdminFixture admin)
{
    private const string Mask = "******";

    private readonly AdminClient client = admin.Client;

    [Fact]
    public async Task Secrets_of_every_kind_stand_in_no_answer_of_history_search_dry_runs_or_config()
    {
        int n = admin.NextNumber();
        string marker = $"mArKeR{n}";
        (string Kind, string Path, string First, string Second, string Field)[] writes = await Writes(n, marker);
        Assert.Equal(SecretKinds(), writes.Select(write => write.Kind).Distinct().Order());
        string[] hidden = [marker, .. writes.SelectMany(write => new[] { write.First, write.Second }).SelectMany(PemLines)];
        StringBuilder said = new();
        long start = await client.Revision();
        foreach ((string kind, string path, string first, string second, string field) in writes)
        {
            said.Append((await client.Put($"{path}?dry_run=1", first)).Expect(200).Text);
            Reply made = (await client.Put(path, first)).Expect(200);
            said.Append((await client.Put($"{path}?dry_run=1", second)).Expect(200).Text);
            Reply changed = (await client.Put(path, second)).Expect(200);
            Assert.Equal(made.Revision + 1, changed.Revision);
            Reply commit = (await client.Get($"/commits/{changed.Revision}")).Expect(200);
            JsonElement change = commit.Json.GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("kind").GetString() == kind);
            Assert.Contains(field, change.GetProperty("fields").EnumerateArray().Select(name => name.GetString()));
            Assert.Equal(Mask, At(change.GetProperty("before"), field));
            Assert.Equal(Mask, At(change.GetProperty("after"), field));
            said.Append(commit.Text).Append((await client.Get($"{path}/history")).Expect(200).Text);
        }

        long end = await client.Revision();
        Reply config = (await client.Get("/config")).Expect(200);
        string[] answers =
        [
            config.Text,
            (await client.Get("/config?format=yaml")).Expect(200).Text,
            (await client.Get($"/commits/{start}..{end}")).Expect(200).Text,
            (await client.Get($"/commits/{end}..{start}")).Expect(200).Text,
            (await client.Get("/commits?size=1000")).Expect(200).Text,
            (await client.Post($"/commits/{start}/revert?dry_run=1", "{}")).Expect(200).Text,
            (await client.Post("/config?dry_run=1", """{"_format_version":"3.0"}""")).Expect(200).Text,
            (await client.Get($"/search?q={marker}&size=1000")).Expect(200).Text,
            (await client.Post("/config", config.Text)).Expect(201).Text,
            (await client.Post($"/commits/{start}/revert", "{}")).Expect(200).Text,
            (await client.Post($"/commits/{end}/revert", "{}")).Expect(200).Text,
        ];
        string all = said.AppendJoin('\n', answers).ToString();
        Assert.All(hidden, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        Assert.Contains(marker, (await client.Get("/config?secrets=1")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mask_keeps_the_stored_secret()
    {
        int n = admin.NextNumber();
        foreach ((_, string path, string first, _, string field) in await Writes(n, $"kept{n}"))
        {
            Reply stored = (await client.Put(path, first)).Expect(200);
            JsonObject masked = JsonNode.Parse(stored.Body)!.AsObject();
            masked.Remove("snis");
            Set(masked, field, Mask);
            foreach (HttpMethod method in new[] { HttpMethod.Put, HttpMethod.Patch })
            {
                Reply written = (await client.Json(method, path, masked.ToJsonString())).Expect(200);
                Assert.Equal((stored.Text, stored.Revision), (written.Text, written.Revision));
            }
        }
    }

    [Fact]
    public async Task A_mask_without_a_stored_secret_is_refused()
    {
        int n = admin.NextNumber();
        foreach ((_, string path, string first, _, string field) in await Writes(n, $"none{n}"))
        {
            JsonObject masked = JsonNode.Parse(first)!.AsObject();
            Set(masked, field, Mask);
            Reply refused = (await client.Put(path, masked.ToJsonString())).Expect(400);
            Assert.Equal("schema violation", refused.String("name"));
            Assert.Contains("stands for the stored secret", At(refused.Json.GetProperty("fields"), field), StringComparison.Ordinal);
            (await client.Get(path)).Expect(404);
        }
    }

    [Fact]
    public async Task A_masked_export_applies_as_no_change_also_without_ids_where_names_say_enough()
    {
        int n = admin.NextNumber();
        foreach ((_, string path, string first, _, _) in await Writes(n, $"export{n}"))
        {
            (await client.Put(path, first)).Expect(200);
        }

        Reply export = (await client.Get("/config")).Expect(200);
        Assert.Equal(export.Revision, (await client.Post("/config", export.Text)).Expect(201).Revision);
        JsonObject document = JsonNode.Parse(export.Body)!.AsObject();
        foreach (JsonNode? credential in document["basicauth_credentials"]!.AsArray().Concat(document["plugins"]!.AsArray()).Concat(document["keys"]!.AsArray()))
        {
            credential!.AsObject().Remove("id");
        }

        Assert.Equal(export.Revision, (await client.Post("/config", document.ToJsonString())).Expect(201).Revision);
    }

    /// <summary>Kinds with a secret field; plugins count when one of theirs is secret.</summary>
    private static IEnumerable<string> SecretKinds() =>
        new EntitySchemas(PluginCatalog.Default).All
            .Where(schema => schema.Fields.Any(IsSecret) || (schema.Kind == "plugins" && PluginCatalog.Default.All.Any(plugin => plugin.Config.Any(IsSecret))))
            .Select(schema => schema.Kind)
            .Order();

    private static bool IsSecret(Field field) => field.Secret || field.Fields?.Any(IsSecret) == true || (field.Elements is { } elements && IsSecret(elements));

    /// <summary>Two bodies for each secret, which differ in it; paths with ids that nothing has yet.</summary>
    private async Task<(string Kind, string Path, string First, string Second, string Field)[]> Writes(int n, string marker)
    {
        string consumer = (await client.Post("/consumers", $$"""{"username":"secret-{{n}}"}""")).Expect(201).String("id")!;
        string service = (await client.Post("/services", """{"host":"a"}""")).Expect(201).String("id")!;
        (string one, string other) = (PrivateKey(), PrivateKey());
        string Limit(string password) => $$"""{"name":"rate-limiting","config":{"minute":1,"policy":"redis","redis":{"host":"r","password":"{{password}}"} } }""";
        string Jwk(string k) => $$"""{"name":"jwk-{{n}}","kid":"jwk-{{n}}","jwk":{{JsonSerializer.Serialize($$"""{"kid":"jwk-{{n}}","kty":"oct","k":"{{k}}"}""")}}}""";
        (string cert, string key) = TestCertificates.Leaf;
        (string cert2, string key2) = TestCertificates.NewAuthority();
        return
        [
            ("keyauth_credentials", $"/consumers/{consumer}/key-auth/{Guid.NewGuid()}", $$"""{"key":"{{marker}}-a"}""", $$"""{"key":"{{marker}}-b"}""", "key"),
            ("basicauth_credentials", $"/consumers/{consumer}/basic-auth/{Guid.NewGuid()}", $$"""{"username":"{{n}}","password":"{{marker}}-a"}""", $$"""{"username":"{{n}}","password":"{{marker}}-b"}""", "password"),
            ("plugins", $"/services/{service}/plugins/{Guid.NewGuid()}", Limit($"{marker}-a"), Limit($"{marker}-b"), "config.redis.password"),
            ("keys", $"/keys/{Guid.NewGuid()}", Jwk($"{marker}-a"), Jwk($"{marker}-b"), "jwk"),
            ("keys", $"/keys/{Guid.NewGuid()}", $$"""{"name":"pem-{{n}}","kid":"pem-{{n}}","pem":{"private_key":{{one}} } }""", $$"""{"name":"pem-{{n}}","kid":"pem-{{n}}","pem":{"private_key":{{other}} } }""", "pem.private_key"),
            ("certificates", $"/certificates/{Guid.NewGuid()}", $$"""{"cert":{{cert}},"key":{{key}}}""", $$"""{"cert":{{cert2}},"key":{{key2}}}""", "key"),
        ];
    }

    private static string PrivateKey()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return JsonSerializer.Serialize(key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The lines between the marks of private keys.</summary>
    private static IEnumerable<string> PemLines(string body)
    {
        const string Begin = "-----BEGIN PRIVATE KEY-----";
        for (int at = body.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = body.IndexOf(Begin, at + 1, StringComparison.Ordinal))
        {
            yield return body[(at + Begin.Length)..].Split("\\n", StringSplitOptions.RemoveEmptyEntries)[1];
        }
    }

    private static string? At(JsonElement document, string path)
    {
        foreach (string step in path.Split('.'))
        {
            document = document.GetProperty(step);
        }

        return document.GetString();
    }

    private static void Set(JsonObject body, string path, string value)
    {
        string[] steps = path.Split('.');
        foreach (string step in steps[..^1])
        {
            body = body[step]!.AsObject();
        }

        body[steps[^1]] = value;
    }
}
