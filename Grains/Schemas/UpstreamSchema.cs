using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class UpstreamSchema
{
    private static readonly string[] HashInputs = ["none", "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture"];

    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Upstreams,
        AdminName = "upstreams",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            Field.String("name") with { Required = true, Unique = true, Check = HostChecks.UpstreamName },
            Field.String("algorithm") with
            {
                Default = "\"round-robin\"",
                OneOf = ["consistent-hashing", "least-connections", "round-robin", "latency"],
            },
            HashInput("hash_on"),
            HashInput("hash_fallback"),
            CommonFields.HeaderName("hash_on_header"),
            CommonFields.HeaderName("hash_fallback_header"),
            Field.String("hash_on_cookie") with { Check = TextChecks.CookieName },
            CommonFields.Path("hash_on_cookie_path") with { Default = "\"/\"" },
            Field.String("hash_on_query_arg") with { LenMin = 1 },
            Field.String("hash_fallback_query_arg") with { LenMin = 1 },
            Field.String("hash_on_uri_capture") with { LenMin = 1 },
            Field.String("hash_fallback_uri_capture") with { LenMin = 1 },
            Field.Integer("slots") with { Default = "10000", Min = 10, Max = 65536 },
            HealthCheckFields.Declare(),
            CommonFields.Tags,
            Field.String("host_header") with { Check = HostChecks.HostWithOptionalPort },
            Field.Foreign("client_certificate", EntityKinds.Certificates),
            Field.Boolean("use_srv_name") with { Default = "false" },
        ],
        Checks =
        [
            Needs("hash_on", "header", "hash_on_header"),
            Needs("hash_fallback", "header", "hash_fallback_header"),
            Needs("hash_on", "cookie", "hash_on_cookie"),
            Needs("hash_fallback", "cookie", "hash_on_cookie"),
            Fallback("none", "none"),
            Fallback("cookie", "none"),
            Fallback("consumer", [.. HashInputs.Except(["consumer"])]),
            Fallback("ip", [.. HashInputs.Except(["ip"])]),
            Fallback("path", [.. HashInputs.Except(["path"])]),
            new EntityCheck.Distinct("hash_on_header", "hash_fallback_header"),
            Needs("hash_on", "query_arg", "hash_on_query_arg"),
            Needs("hash_fallback", "query_arg", "hash_fallback_query_arg"),
            new EntityCheck.Distinct("hash_on_query_arg", "hash_fallback_query_arg"),
            Needs("hash_on", "uri_capture", "hash_on_uri_capture"),
            Needs("hash_fallback", "uri_capture", "hash_fallback_uri_capture"),
            new EntityCheck.Distinct("hash_on_uri_capture", "hash_fallback_uri_capture"),
        ],
        Expand = SettleAlgorithm,
    };

    private static Field HashInput(string name) => Field.String(name) with { Default = "\"none\"", OneOf = HashInputs };

    private static EntityCheck Needs(string field, string value, string other) => new EntityCheck.Conditional(
        Field.String(field) with { OneOf = [value] },
        Field.String(other) with { Required = true });

    private static EntityCheck Fallback(string hashOn, params string[] fallbacks) => new EntityCheck.Conditional(
        Field.String("hash_on") with { OneOf = [hashOn] },
        Field.String("hash_fallback") with { OneOf = fallbacks });

    /// <summary>
    /// Kong lets either field speak for both: hashing on something means consistent hashing, and an algorithm that does not hash
    /// clears <c>hash_on</c>. Unlike Kong, an algorithm that is named beside <c>hash_on: none</c> stands, so that a
    /// consistent-hashing upstream can be put back as it was read.
    /// </summary>
    private static void SettleAlgorithm(JsonObject body)
    {
        var algorithm = (body["algorithm"] as JsonValue)?.TryGetValue<string>(out var name) == true ? name : null;
        if (algorithm is "least-connections" or "latency")
        {
            body["hash_on"] = "none";
            return;
        }

        if ((body["hash_on"] as JsonValue)?.TryGetValue<string>(out var hashOn) != true)
        {
            return;
        }

        if (hashOn != "none")
        {
            body["algorithm"] = "consistent-hashing";
        }
        else if (algorithm is null)
        {
            body["algorithm"] = "round-robin";
        }
    }
}
