using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>A state file of the kinds that decK knows, with the ids that decK makes up.</summary>
internal sealed class DeckFile(string tag, int n)
{
    private readonly List<DeckEntity> entities = [];

    public IReadOnlyList<DeckEntity> Entities => entities;

    public static DeckFile Whole(string tag, int n)
    {
        DeckFile file = new(tag, n);
        string certificate = file.Add("certificates", "certificates", $$"""{"cert":{{TestCertificates.Leaf.Cert}},"key":{{TestCertificates.Leaf.Key}}}""");
        file.Add("snis", "snis", $$"""{"name":"deck-{{n}}.example.com","certificate":{"id":"{{certificate}}"} }""");
        string service = file.Add("services", "services", $$"""{"name":"deck-{{n}}","host":"deck.example.com","protocol":"https","client_certificate":{"id":"{{certificate}}"} }""");
        string route = file.Add("routes", "routes", $$"""{"name":"deck-{{n}}","paths":["/deck"],"headers":{"x-a":["1","2"]},"service":{"id":"{{service}}","name":"deck-{{n}}"} }""");
        file.Add("routes", "routes", $$"""{"name":"deck-grpc-{{n}}","protocols":["grpc"],"hosts":["deck.example.com"],"strip_path":false,"service":{"id":"{{service}}"} }""");
        string upstream = file.Add("upstreams", "upstreams", $$"""{"name":"deck-{{n}}.internal","healthchecks":{"active":{"healthy":{"interval":5} } } }""");
        file.Add("targets", "targets", $$"""{"target":"10.0.0.1:80","upstream":{"id":"{{upstream}}"} }""", $"/upstreams/{upstream}/targets");
        string consumer = file.Add("consumers", "consumers", $$"""{"username":"deck-{{n}}","custom_id":"deck-{{n}}"}""");
        string owner = $$"""{"id":"{{consumer}}","username":"deck-{{n}}"}""";
        file.Add("key-auths", "keyauth_credentials", $$"""{"key":"deck-{{n}}","consumer":{{owner}} }""", $"/consumers/{consumer}/key-auth");
        file.Add("acls", "acls", $$"""{"group":"deck-{{n}}","consumer":{{owner}} }""", $"/consumers/{consumer}/acls");
        string set = file.Add("key-sets", "key_sets", $$"""{"name":"deck-{{n}}"}""");
        file.Add("keys", "keys", $$"""{"name":"deck-{{n}}","kid":"k{{n}}","jwk":"{\"kid\":\"k{{n}}\",\"kty\":\"oct\",\"k\":\"AAAA\"}","set":{"id":"{{set}}","name":"deck-{{n}}"} }""");
        file.Add("vaults", "vaults", $$"""{"prefix":"deck-{{n}}","name":"env","config":{"prefix":"DECK_"} }""");
        file.Add("plugins", "plugins", $$"""{"name":"key-auth","service":{"id":"{{service}}"} }""");
        file.Add("plugins", "plugins", $$"""{"name":"rate-limiting","route":{"id":"{{route}}"},"config":{"minute":5} }""");
        file.Add("plugins", "plugins", $$"""{"name":"request-termination","instance_name":"deck-{{n}}","consumer":{"id":"{{consumer}}"},"config":{"status_code":418} }""");
        return file;
    }

    public string Add(string kind, string dao, string body, string? below = null)
    {
        JsonObject entity = JsonNode.Parse(body)!.AsObject();
        string id = Guid.NewGuid().ToString();
        entity["id"] = id;
        entity["tags"] = new JsonArray(tag, $"n-{n}");
        entities.Add(new DeckEntity(kind, dao, id, $"{below ?? $"/{kind}"}/{id}", entity));
        return id;
    }
}
