using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

/// <summary>Which fields a route may and must have depends on its family of protocols (Kong's route subschemas, but for sources and destinations, which http routes may have too).</summary>
internal static class RouteProtocolRules
{
    private const string Http = "'http' or 'https'";
    private const string Grpc = "'grpc' or 'grpcs'";
    private const string Stream = "'tcp', 'tls', 'tls_passthrough' or 'udp'";

    public static IEnumerable<(string Field, string Message)> Check(JsonObject route)
    {
        var protocols = route["protocols"]!.AsArray().Select(protocol => protocol!.GetValue<string>()).ToHashSet();
        if (!protocols.Overlaps(["grpcs", "https", "tls", "tls_passthrough"]) && IsSet(route, "snis"))
        {
            yield return (EntityCheck.Entity, "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'");
            yield return ("snis", "length must be 0");
        }

        var family = protocols.Overlaps(["http", "https"]) ? Http : protocols.Overlaps(["grpc", "grpcs"]) ? Grpc : Stream;
        string[] forbidden = family switch
        {
            Http => [],
            Grpc => ["methods", "sources", "destinations"],
            _ => ["methods", "hosts", "paths", "headers"],
        };
        foreach (var field in forbidden)
        {
            if (route[field] is not null)
            {
                yield return (field, $"cannot set '{field}' when 'protocols' is {family}");
            }
        }

        if (family == Grpc && route["strip_path"] is JsonValue strip && strip.TryGetValue<bool>(out var strips) && strips)
        {
            yield return ("strip_path", $"cannot set 'strip_path' when 'protocols' is {family}");
        }

        var (needed, when) = Needed(protocols);
        bool addressed = family == Http && (IsSet(route, "sources") || IsSet(route, "destinations"));
        if (!addressed && !Array.Exists(needed, field => IsSet(route, field)))
        {
            yield return (EntityCheck.Entity, needed.Length == 1
                ? $"must set {needed[0]} when 'protocols' is {when}"
                : $"must set one of {string.Join(", ", needed.Select(field => $"'{field}'"))} when 'protocols' is {when}");
        }
    }

    /// <summary>gRPC routes do not strip unless asked (and must not be asked).</summary>
    public static void ExpandGrpc(JsonObject body)
    {
        if (!body.ContainsKey("strip_path") && body["protocols"] is JsonArray protocols
            && protocols.Any(protocol => protocol is JsonValue value && value.TryGetValue<string>(out var name) && name is "grpc" or "grpcs"))
        {
            body["strip_path"] = false;
        }
    }

    private static (string[] Fields, string When) Needed(HashSet<string> protocols) => protocols switch
    {
        _ when protocols.Contains("https") => (["methods", "hosts", "headers", "paths", "snis"], "'https'"),
        _ when protocols.Contains("http") => (["methods", "hosts", "headers", "paths"], "'http'"),
        _ when protocols.Contains("grpcs") => (["hosts", "headers", "paths", "snis"], "'grpcs'"),
        _ when protocols.Contains("grpc") => (["hosts", "headers", "paths"], "'grpc'"),
        _ when protocols.Contains("tls_passthrough") => (["snis"], "'tls_passthrough'"),
        _ => (["sources", "destinations", "snis"], "'tcp', 'tls' or 'udp'"),
    };

    private static bool IsSet(JsonObject route, string field) => route[field] switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject map => map.Count > 0,
        _ => true,
    };
}
