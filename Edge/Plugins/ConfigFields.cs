using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.IpRestriction;

namespace Mesh.Edge.Plugins;

/// <summary>Fields that several plugins' settings share (Kong's typedefs), and the shape of a plugin that has Kong's version.</summary>
internal static class ConfigFields
{
    /// <summary>Kong's bundled plugins carry the version of the gateway.</summary>
    public const string Version = "3.9.1";

    public static IReadOnlyList<string> HttpProtocols { get; } = ["grpc", "grpcs", "http", "https"];

    public static IReadOnlyList<string> AllProtocols { get; } = [.. HttpProtocols, "tcp", "tls", "tls_passthrough", "udp"];

    private const string HeaderNamePattern = "^[A-Za-z0-9_-]+$";

    public static Field Flag(string name, bool value) =>
        Field.Boolean(name) with { Required = true, Default = value ? "true" : "false" };

    public static Field HeaderName(string name) =>
        Field.String(name) with { Check = value => HeaderProblem((string?)value) };

    public static Field IpOrCidr(string name) =>
        Field.String(name) with { Check = value => AddressSet.IsAddressOrRange((string?)value ?? "") ? null : $"invalid ip or cidr range: '{value}'" };

    /// <summary>A number above zero.</summary>
    public static Field Positive(string name) =>
        Field.Number(name) with { Check = value => Number(value) > 0 ? null : "value must be greater than 0" };

    public static bool IsHeaderName(string name) =>
        name.Length > 0 && System.Text.RegularExpressions.Regex.IsMatch(name, HeaderNamePattern, System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    public static double Number(JsonNode? value) =>
        double.TryParse(value?.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    private static string? HeaderProblem(string? name) =>
        name is not null && IsHeaderName(name) ? null : $"bad header name '{name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'";
}
