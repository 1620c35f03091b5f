using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class RouteSchema
{
    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Routes,
        AdminName = "routes",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            CommonFields.Name(),
            Field.Set("protocols", CommonFields.Protocol("protocol")) with
            {
                Required = true,
                LenMin = 1,
                Default = """["http","https"]""",
                ExclusiveSubsets = [["http", "https"], ["tcp", "tls", "udp"], ["tls_passthrough"], ["grpc", "grpcs"]],
            },
            Field.Set("methods", Field.String("method") with { Match = "^[A-Z]+$" }),
            Field.Array("hosts", Field.String("host") with { Check = HostChecks.RouteHost }),
            Field.Array("paths", Field.String("path") with { Check = PathChecks.RoutePath }),
            CommonFields.Headers(CommonFields.HeaderName("name") with { Check = RouteHeaderName }),
            Field.Integer("https_redirect_status_code") with { Required = true, Default = "426", OneOf = ["426", "301", "302", "307", "308"] },
            Field.Integer("regex_priority") with { Default = "0" },
            Field.Boolean("strip_path") with { Required = true, Default = "true" },
            Field.String("path_handling") with { Default = "\"v0\"", OneOf = ["v0", "v1"] },
            Field.Boolean("preserve_host") with { Required = true, Default = "false" },
            Field.Boolean("request_buffering") with { Required = true, Default = "true" },
            Field.Boolean("response_buffering") with { Required = true, Default = "true" },
            Field.Set("snis", Field.String("sni") with { Check = HostChecks.WildcardSni }),
            Addresses("sources"),
            Addresses("destinations"),
            CommonFields.Tags,
            Field.Foreign("service", EntityKinds.Services),
        ],
        Checks =
        [
            new EntityCheck.Custom(RouteProtocolRules.Check) { Sources = ["protocols"] },
            new EntityCheck.Custom(HeaderPatterns) { Sources = ["headers"] },
        ],
        Expand = RouteProtocolRules.ExpandGrpc,
    };

    private static Field Addresses(string name) =>
        Field.Set(name, Field.Record("address", Field.String("ip") with { Check = HostChecks.IpOrCidr }, CommonFields.Port("port")) with
        {
            Checks = [new EntityCheck.AtLeastOneOf("ip", "port")],
        });

    private static string? RouteHeaderName(JsonNode node) =>
        node.GetValue<string>().Equals("host", StringComparison.OrdinalIgnoreCase)
            ? "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
            : TextChecks.HeaderName(node);

    /// <summary>Values that start with <c>~*</c> are regular expressions over the lower-cased header.</summary>
    private static IEnumerable<(string Field, string Message)> HeaderPatterns(JsonObject route)
    {
        foreach (var (name, values) in route["headers"] as JsonObject ?? [])
        {
            foreach (var value in values!.AsArray())
            {
                var text = value!.GetValue<string>();
                if (text.StartsWith("~*", StringComparison.Ordinal) && PathChecks.Regex(text[2..].ToLowerInvariant()) is { } message)
                {
                    yield return ($"headers.{name}", message);
                }
            }
        }
    }
}
