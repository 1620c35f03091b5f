using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>
/// Speaks to the Admin API as decK 1.x does: reads everything in parallel pages, compares with the state file after filling in
/// defaults, writes the differences stage by stage with PUT.
/// </summary>
internal sealed class DeckClient(AdminClient admin, string tag)
{
    private static readonly string[] Kinds =
    [
        "services", "routes", "plugins", "upstreams", "certificates", "ca_certificates", "snis", "vaults", "keys", "key-sets", "consumers",
        "key-auths", "hmac-auths", "jwts", "basic-auths", "oauth2", "acls",
    ];

    /// <summary>What decK lets answer 404.</summary>
    private static readonly string[] Optional = ["hmac-auths", "jwts", "oauth2", "key-auths", "basic-auths", "acls", "keys", "key-sets", "vaults"];

    /// <summary>What one stage of a sync or a reset may hold; a stage begins when the one before has ended.</summary>
    private static readonly string[][] Stages =
    [
        ["certificates", "ca_certificates", "consumers", "vaults", "key-sets"],
        ["services", "upstreams", "snis", "key-auths", "basic-auths", "acls", "keys"],
        ["routes", "targets"],
        ["plugins"],
    ];

    /// <summary>Kinds whose defaults decK reads from <c>/schemas</c>.</summary>
    private static readonly string[] FilledKinds = ["services", "routes", "upstreams", "targets"];

    public async Task Ping()
    {
        string version = (await admin.Get("/")).Expect(200).String("version")!;
        Assert.Matches(@"^\d+\.\d+", version);
    }

    /// <summary><c>deck gateway validate</c>.</summary>
    public async Task Validate(IEnumerable<DeckEntity> file)
    {
        foreach (DeckEntity entity in file)
        {
            Reply reply = await admin.Post($"/schemas/{entity.Dao}/validate", entity.Body.ToJsonString());
            Assert.Equal("schema validation successful", reply.Expect(200).String("message"));
        }
    }

    /// <summary>Everything under the tag: kind and id to entity.</summary>
    public async Task<IReadOnlyDictionary<(string Kind, string Id), JsonObject>> Read(int size)
    {
        ConcurrentDictionary<(string, string), JsonObject> all = [];
        await Task.WhenAll(Kinds.Select(kind => ReadList($"/{kind}?size={size}&tags={tag}", kind, size, all)));
        await Task.WhenAll(all.Keys.Where(key => key.Item1 == "upstreams").Select(key => ReadList($"/upstreams/{key.Item2}/targets?size={size}&tags={tag}", "targets", size, all)));
        return all;
    }

    /// <returns>What was written: <c>create services/…</c>, <c>update …</c>, <c>delete …</c>.</returns>
    public async Task<List<string>> Sync(IReadOnlyList<DeckEntity> file, int size = 1000)
    {
        IReadOnlyDictionary<(string Kind, string Id), JsonObject> current = await Read(size);
        Dictionary<string, JsonElement> schemas = await Schemas(file);
        ConcurrentBag<string> written = [];
        foreach (string[] stage in Stages.Reverse())
        {
            await Task.WhenAll(current.Where(entity => stage.Contains(entity.Key.Kind) && !file.Any(wanted => (wanted.Kind, wanted.Id) == entity.Key)).Select(async entity =>
            {
                string path = entity.Key.Kind == "targets" ? $"/upstreams/{entity.Value["upstream"]!["id"]}/targets/{entity.Key.Id}" : $"/{entity.Key.Kind}/{entity.Key.Id}";
                (await admin.Delete(path)).Expect(204);
                written.Add($"delete {entity.Key.Kind}/{entity.Key.Id}");
            }));
        }

        foreach (string[] stage in Stages)
        {
            await Task.WhenAll(file.Where(entity => stage.Contains(entity.Kind)).Select(async entity =>
            {
                JsonObject wanted = Filled(entity, schemas);
                JsonObject? stored = current.GetValueOrDefault((entity.Kind, entity.Id));
                if (stored is not null && Comparable(stored, entity.Kind) == Comparable(wanted, entity.Kind))
                {
                    return;
                }

                if (stored?["created_at"] is { } made)
                {
                    wanted["created_at"] = made.DeepClone();
                }

                Reply reply = (await admin.Put(entity.Path, wanted.ToJsonString())).Expect(200);
                Assert.Equal(entity.Id, reply.String("id"));
                Assert.True(stored is null || reply.Json.GetProperty("created_at").GetRawText() == stored["created_at"]!.ToJsonString());
                written.Add($"{(stored is null ? "create" : "update")} {entity.Kind}/{entity.Id}");
            }));
        }

        return [.. written.Order(StringComparer.Ordinal)];
    }

    private async Task ReadList(string first, string kind, int size, ConcurrentDictionary<(string, string), JsonObject> all)
    {
        string? offset = null;
        do
        {
            Reply reply = await admin.Get(offset is null ? first : $"{first}&offset={offset}");
            if ((int)reply.Status == 404 && Optional.Contains(kind))
            {
                return;
            }

            JsonElement page = reply.Expect(200).Json;
            Assert.True(page.GetProperty("data").GetArrayLength() <= size);
            foreach (JsonElement entity in page.GetProperty("data").EnumerateArray())
            {
                all[(kind, entity.GetProperty("id").GetString()!)] = JsonNode.Parse(entity.GetRawText())!.AsObject();
            }

            offset = page.TryGetProperty("offset", out JsonElement next) ? next.GetString() : null;
        }
        while (offset is not null);
    }

    private async Task<Dictionary<string, JsonElement>> Schemas(IReadOnlyList<DeckEntity> file)
    {
        IEnumerable<string> plugins = file.Where(entity => entity.Kind == "plugins").Select(entity => $"plugins/{entity.Body["name"]}").Distinct();
        Dictionary<string, JsonElement> schemas = [];
        foreach (string name in FilledKinds.Concat(plugins))
        {
            schemas[name] = (await admin.Get($"/schemas/{name}")).Expect(200).Json;
        }

        (await admin.Get("/schemas/consumer_group_plugins")).Expect(404);
        return schemas;
    }

    private static JsonObject Filled(DeckEntity entity, Dictionary<string, JsonElement> schemas)
    {
        if (entity.Kind != "plugins")
        {
            return schemas.TryGetValue(entity.Kind, out JsonElement schema) ? SchemaFill.Entity(schema, entity.Body) : entity.Body.DeepClone().AsObject();
        }

        JsonObject plugin = entity.Body.DeepClone().AsObject();
        Dictionary<string, JsonElement> fields = SchemaFill.Fields(schemas[$"plugins/{plugin["name"]}"]).ToDictionary(field => field.Name, field => field.Field);
        plugin["config"] = SchemaFill.Config(fields["config"], plugin["config"] as JsonObject ?? []);
        plugin["enabled"] ??= true;
        plugin["protocols"] ??= JsonNode.Parse(fields["protocols"].GetProperty("default").GetRawText());
        return plugin;
    }

    /// <summary>Nulls and the server's times do not count, but for a plugin's config; of a reference only the id does.</summary>
    private static string Comparable(JsonObject entity, string kind)
    {
        JsonObject result = [];
        foreach ((string name, JsonNode? value) in entity.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            if (value is not null && name is not ("created_at" or "updated_at" or "cert_digest" or "snis"))
            {
                result[name] = name == "config" && kind == "plugins" ? Sorted(value, nulls: true)
                    : value is JsonObject { } reference && reference.ContainsKey("id") ? reference["id"]!.DeepClone()
                    : name is "tags" or "protocols" ? new JsonArray([.. value.AsArray().Select(item => item!.GetValue<string>()).Order(StringComparer.Ordinal).Select(item => (JsonNode)item)])
                    : Sorted(value, nulls: false);
            }
        }

        return result.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node, bool nulls) => node switch
    {
        JsonObject record => new JsonObject(record.Where(member => nulls || member.Value is not null)
            .OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value, nulls)))),
        JsonArray list => new JsonArray([.. list.Select(item => Sorted(item, nulls))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };
}
