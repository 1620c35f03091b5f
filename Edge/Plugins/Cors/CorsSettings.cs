using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.Cors;

internal sealed record CorsSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "cors",
        Version = ConfigFields.Version,
        Priority = 2000,
        AllowsConsumer = false,
        Config =
        [
            Field.Array("origins", Field.String("") with { Check = OriginProblem }) with
            {
                Description = "Origins that may read answers: exact (https://a.com), a regular expression of an origin or of a host, or *; unset means *.",
            },
            Field.Array("headers", Field.String("")) with { Description = "Value of Access-Control-Allow-Headers; unset repeats what the preflight asks for." },
            Field.Array("exposed_headers", Field.String("")) with { Description = "Value of Access-Control-Expose-Headers." },
            Field.Array("methods", Field.String("") with { OneOf = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"] }) with
            {
                Default = """["GET","HEAD","PUT","PATCH","POST","DELETE","OPTIONS","TRACE","CONNECT"]""",
                Description = "Value of Access-Control-Allow-Methods.",
            },
            Field.Number("max_age") with { Description = "Seconds that a preflight's answer may be kept." },
            ConfigFields.Flag("credentials", false) with { Description = "Cookies and credentials may be sent along." },
            ConfigFields.Flag("private_network", false) with { Description = "Pages from outside may reach into a private network." },
            ConfigFields.Flag("preflight_continue", false) with { Description = "The upstream answers preflights." },
            ConfigFields.Flag("allow_origin_absent", true) with { Description = "Answers to requests without Origin carry the headers too." },
        ],
    };

    public string[]? Origins { get; init; }
    public string[]? Headers { get; init; }
    public string[]? ExposedHeaders { get; init; }
    public required string[] Methods { get; init; }
    public double? MaxAge { get; init; }
    public required bool Credentials { get; init; }
    public required bool PrivateNetwork { get; init; }
    public required bool PreflightContinue { get; init; }
    public required bool AllowOriginAbsent { get; init; }

    private static string? OriginProblem(JsonNode node)
    {
        string text = node.GetValue<string>();
        return text == AllowedOrigin.Any || AllowedOrigin.IsPattern(text) ? null : $"'{text}' is not a valid regex";
    }
}
