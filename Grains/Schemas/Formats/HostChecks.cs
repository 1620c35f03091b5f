using System.Net;
using System.Text.Json.Nodes;

namespace Mesh.Grains.Schemas.Formats;

/// <summary>Kong's checks of hosts, SNIs and addresses; each gives the message, or null when the text is good.</summary>
internal static class HostChecks
{
    public static string? Host(JsonNode node) => WithoutPort(node.GetValue<string>(), allowAddress: true);

    public static string? Sni(JsonNode node) => WithoutPort(node.GetValue<string>(), allowAddress: false);

    /// <summary>An SNI with at most one <c>*</c>, as its first or last character.</summary>
    public static string? WildcardSni(JsonNode node)
    {
        var host = node.GetValue<string>();
        var star = host.IndexOf('*');
        if (star < 0)
        {
            return WithoutPort(host, allowAddress: false);
        }

        if (star > 0 && star < host.Length - 1)
        {
            return "wildcard must be leftmost or rightmost character";
        }

        return host.LastIndexOf('*') != star
            ? "only one wildcard must be specified"
            : WithoutPort(host.Replace("*", "wildcard", StringComparison.Ordinal), allowAddress: false);
    }

    /// <summary>A route's host: <c>a.b</c>, <c>*.b</c> or <c>a.*</c>, each with an optional port.</summary>
    public static string? RouteHost(JsonNode node)
    {
        var host = node.GetValue<string>();
        if (host.AsSpan().Count('*') > 1)
        {
            return "invalid wildcard: must have at most one wildcard";
        }

        var name = host.AsSpan();
        if (name.Count(':') == 1)
        {
            name = name[..name.IndexOf(':')];
        }

        if (name.Contains('*') && !name.StartsWith("*.") && !name.EndsWith(".*"))
        {
            return "invalid wildcard: must be placed at leftmost or rightmost label";
        }

        return HostWithOptionalPort(host.Replace("*", "abc", StringComparison.Ordinal), host);
    }

    public static string? HostWithOptionalPort(JsonNode node) => HostWithOptionalPort(node.GetValue<string>(), node.GetValue<string>());

    public static string? UpstreamName(JsonNode node)
    {
        var name = node.GetValue<string>();
        return HostAddress.Parse(name, out _) switch
        {
            null => $"Invalid name ('{name}'); must be a valid hostname",
            { Kind: not HostKind.Name } => $"Invalid name ('{name}'); no ip addresses allowed",
            { Port: not null } => $"Invalid name ('{name}'); no port allowed",
            _ => null,
        };
    }

    public static string? Target(JsonNode node) =>
        HostAddress.Parse(node.GetValue<string>(), out _) is null
            ? $"Invalid target ('{node.GetValue<string>()}'); not a valid hostname or ip address"
            : null;

    public static string? IpOrCidr(JsonNode node)
    {
        var text = node.GetValue<string>();
        return IsIpOrCidr(text) ? null : $"invalid ip or cidr range: '{text}'";
    }

    private static bool IsIpOrCidr(string text)
    {
        var slash = text.IndexOf('/');
        var host = slash < 0 ? text : text[..slash];
        if (HostAddress.Parse(host, out _) is not { Kind: not HostKind.Name, Port: null } || !IPAddress.TryParse(host, out var address))
        {
            return false;
        }

        var bits = address.GetAddressBytes().Length * 8;
        return slash < 0 || (text.Length - slash is > 1 and <= 4 && byte.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out var prefix) && prefix <= bits);
    }

    private static string? HostWithOptionalPort(string host, string asWritten) =>
        HostAddress.Parse(host, out var badPort) is not null ? null : badPort ? "invalid port number" : $"invalid hostname: {asWritten}";

    private static string? WithoutPort(string host, bool allowAddress)
    {
        var parsed = HostAddress.Parse(host, out var badPort);
        if (parsed is null && !badPort)
        {
            return $"invalid value: {host}";
        }

        if (parsed is { Kind: not HostKind.Name } && !allowAddress)
        {
            return "must not be an IP";
        }

        return badPort || parsed!.Value.Port is not null ? "must not have a port" : null;
    }
}
