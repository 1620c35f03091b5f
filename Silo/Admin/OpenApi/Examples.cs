using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>A body of each kind that is good as it stands, where ids of parents stand in the path.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> Bodies = new()
    {
        [EntityKinds.Services] = """{"name":"orders","url":"http://orders.internal:8080/api"}""",
        [EntityKinds.Routes] = """{"name":"orders","paths":["/orders"],"methods":["GET","POST"],"hosts":["shop.example.com"],"service":{"name":"orders"}}""",
        [EntityKinds.Upstreams] = """{"name":"orders.internal","algorithm":"round-robin"}""",
        [EntityKinds.Targets] = """{"target":"10.0.0.1:8080","weight":100}""",
        [EntityKinds.Consumers] = """{"username":"alice","custom_id":"a1"}""",
        [EntityKinds.Plugins] = """{"name":"rate-limiting","config":{"minute":60,"policy":"local"}}""",
        [EntityKinds.KeyAuthCredentials] = """{"key":"open-sesame"}""",
        [EntityKinds.BasicAuthCredentials] = """{"username":"alice","password":"open-sesame"}""",
        [EntityKinds.Acls] = """{"group":"staff"}""",
        [EntityKinds.KeySets] = """{"name":"partners"}""",
        [EntityKinds.Vaults] = """{"prefix":"shop","name":"env","config":{"prefix":"SHOP_"}}""",
        [EntityKinds.Listeners] = """{"name":"partners","kind":"http","listen":["0.0.0.0:9443 ssl http2"],"selector":{"regions":["eu-west"]},"limits":{"connections":10000}}""",
    };

    /// <summary>Kinds whose example needs its parent in the path.</summary>
    private static readonly HashSet<string> Children = [EntityKinds.KeyAuthCredentials, EntityKinds.BasicAuthCredentials, EntityKinds.Acls];

    public static IEnumerable<string> Kinds => Bodies.Keys;

    public static JsonNode? Of(string kind, bool nested)
    {
        if (!Bodies.TryGetValue(kind, out string? body) || (!nested && Children.Contains(kind)))
        {
            return null;
        }

        JsonNode example = JsonNode.Parse(body)!;
        if (nested)
        {
            example.AsObject().Remove("service");
        }

        return example;
    }
}
