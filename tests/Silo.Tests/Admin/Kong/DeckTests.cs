using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>decK's runs: ping, validate, diff, sync, sync again, dump, diff of the dump, reset.</summary>
[Collection<AdminCollection>]
public class DeckTests(AdminFixture admin)
{
    [Fact]
    public async Task A_second_sync_has_nothing_to_do_and_a_reset_leaves_nothing()
    {
        int n = admin.NextNumber();
        string tag = $"deck-run-{n}";
        DeckClient deck = new(admin.Client, tag);
        DeckFile file = DeckFile.Whole(tag, n);
        await deck.Ping();
        await deck.Validate(file.Entities);
        Assert.Equal(file.Entities.Select(entity => $"create {entity.Kind}/{entity.Id}").Order(StringComparer.Ordinal), await deck.Sync(file.Entities));

        long synced = await admin.Client.Revision();
        foreach (int size in new[] { 1000, 1, 2 })
        {
            Assert.Empty(await deck.Sync(file.Entities, size));
        }

        Assert.Equal(synced, await admin.Client.Revision());

        // The dump is a state file too.
        IReadOnlyDictionary<(string Kind, string Id), JsonObject> dump = await deck.Read(1000);
        DeckEntity[] dumped = [.. file.Entities.Select(entity => entity with { Body = dump[(entity.Kind, entity.Id)].DeepClone().AsObject() })];
        Assert.Equal(file.Entities.Count, dump.Count);
        Assert.Empty(await deck.Sync(dumped));
        Assert.Equal(synced, await admin.Client.Revision());

        Assert.Equal(file.Entities.Count, (await deck.Sync([])).Count);
        Assert.Empty(await deck.Read(1000));
    }

    [Fact]
    public async Task An_update_touches_what_differs_and_keeps_when_it_was_made()
    {
        int n = admin.NextNumber();
        string tag = $"deck-update-{n}";
        DeckClient deck = new(admin.Client, tag);
        DeckFile file = DeckFile.Whole(tag, n);
        await deck.Sync(file.Entities);

        DeckEntity service = file.Entities.Single(entity => entity.Kind == "services");
        DeckEntity target = file.Entities.Single(entity => entity.Kind == "targets");
        DeckEntity limits = file.Entities.Single(entity => entity.Kind == "plugins" && (string?)entity.Body["name"] == "rate-limiting");
        service.Body["retries"] = 3;
        target.Body["weight"] = 1;
        limits.Body["config"]!["hour"] = 100;
        string[] expected = [$"update plugins/{limits.Id}", $"update services/{service.Id}", $"update targets/{target.Id}"];
        Assert.Equal(expected, await deck.Sync(file.Entities));
        Assert.Empty(await deck.Sync(file.Entities));
        await deck.Sync([]);
    }

    [Fact]
    public async Task A_credential_moves_to_another_consumer()
    {
        int n = admin.NextNumber();
        string tag = $"deck-move-{n}";
        DeckClient deck = new(admin.Client, tag);
        DeckFile file = new(tag, n);
        string first = file.Add("consumers", "consumers", $$"""{"username":"first-{{n}}"}""");
        string second = file.Add("consumers", "consumers", $$"""{"username":"second-{{n}}"}""");
        file.Add("key-auths", "keyauth_credentials", $$"""{"key":"moved-{{n}}","consumer":{"id":"{{first}}"} }""", $"/consumers/{first}/key-auth");
        await deck.Sync(file.Entities);

        DeckEntity key = file.Entities.Single(entity => entity.Kind == "key-auths");
        key.Body["consumer"]!["id"] = second;
        DeckEntity[] moved = [.. file.Entities.Where(entity => entity != key), key with { Path = $"/consumers/{second}/key-auth/{key.Id}" }];
        Assert.Equal([$"update key-auths/{key.Id}"], await deck.Sync(moved));
        Assert.Empty(await deck.Sync(moved));
        await deck.Sync([]);
    }

    /// <summary>A default that the server fills in but the schema does not state would be a difference for ever.</summary>
    [Fact]
    public async Task Every_plugin_without_settings_of_its_own_is_stored_as_its_schema_says()
    {
        int compared = 0;
        foreach (string name in (await admin.Client.Get("/plugins/enabled")).Expect(200).Json.GetProperty("enabled_plugins").EnumerateArray().Select(name => name.GetString()!))
        {
            Reply created = await admin.Client.Post("/plugins", $$"""{"name":"{{name}}"}""");
            if ((int)created.Status == 400)
            {
                // It needs settings; those that decK is tried with stand in the state file.
                continue;
            }

            created.Expect(201);
            JsonElement config = SchemaFill.Fields((await admin.Client.Get($"/schemas/plugins/{name}")).Expect(200).Json).Single(field => field.Name == "config").Field;
            JsonObject expected = SchemaFill.Config(config, []);
            JsonNode actual = JsonNode.Parse(created.Json.GetProperty("config").GetRawText())!;
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{name}: {expected.ToJsonString()} against {actual.ToJsonString()}");
            (await admin.Client.Delete($"/plugins/{created.String("id")}")).Expect(204);
            compared++;
        }

        Assert.True(compared >= 3);
    }
}
