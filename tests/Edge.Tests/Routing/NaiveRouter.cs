using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Routing;

/// <summary>
/// What the index must answer, written as Kong evaluates it: every matcher of every route in descending (priority, id) order,
/// the first whose fields all hold. Deliberately linear, deliberately without any type of the index.
/// </summary>
internal static class NaiveRouter
{
    /// <returns>The route and how many characters of the path it matched; null when there is none.</returns>
    public static (Route Route, int Matched)? Match(IEnumerable<Route> routes, RouteQuery query)
    {
        var matchers =
            from route in routes
            from matcher in Split(route)
            orderby Priority(route, matcher.Paths) descending, Specific(route.Sources) descending, Specific(route.Destinations) descending,
                Narrow(route.Sources) descending, Narrow(route.Destinations) descending, matcher.Id.ToString("N") descending
            select (Route: route, matcher.Paths);
        foreach ((Route route, string[] paths) in matchers)
        {
            if (MatchesConditions(route, query) && MatchPaths(paths, query.Path) is { } matched)
            {
                return (route, matched);
            }
        }

        return null;
    }

    public static ulong Priority(Route route, string[] paths)
    {
        int criteria = new[] { Has(route.Snis), Has(route.Methods), Has(route.Hosts), route.Headers?.Count > 0, route.Sources is not null, route.Destinations is not null, paths.Length > 0 }.Count(present => present);
        ulong bits = (ulong)criteria * (1ul << 61);
        bits += Has(route.Hosts) && route.Hosts!.All(host => !host.Contains('*')) ? 1ul << 60 : 0;
        bits += (ulong)Math.Min(255, route.Headers?.Count ?? 0) * (1ul << 52);
        if (paths.Length > 0 && paths[0][0] == '~')
        {
            return bits + (1ul << 51) + ((ulong)route.RegexPriority << 19);
        }

        return bits + (ulong)(paths.Length > 0 ? Encoding.UTF8.GetByteCount(paths[0]) : 0);
    }

    private static IEnumerable<(Guid Id, string[] Paths)> Split(Route route)
    {
        List<List<string>> groups = [];
        foreach (string path in route.Paths ?? [])
        {
            List<string>? group = groups.Find(other => Kind(other[0]) == Kind(path));
            if (group is null)
            {
                groups.Add([path]);
            }
            else
            {
                group.Add(path);
            }
        }

        return groups.Count <= 1
            ? [(route.Id, route.Paths ?? [])]
            : groups.Select((group, index) => (UuidV5($"{route.Id}#{index + 1}"), group.ToArray()));
    }

    private static int Kind(string path) => path[0] == '~' ? -1 : Encoding.UTF8.GetByteCount(path);

    private static Guid UuidV5(string name)
    {
        byte[] space = Convert.FromHexString("7f145bf90dce4f9198ebdebbce4b9f6b");
        byte[] hash = System.Security.Cryptography.SHA1.HashData([.. space, .. Encoding.UTF8.GetBytes(name)]);
        string hex = Convert.ToHexStringLower(hash)[..32];
        int variant = (Convert.ToInt32(hex[16..17], 16) & 0x3) | 0x8;
        return Guid.Parse($"{hex[..12]}5{hex[13..16]}{variant:x}{hex[17..]}");
    }

    private static bool MatchesConditions(Route route, RouteQuery query) =>
        (!Has(route.Snis) || !query.Secure || (query.Sni is { } sni && route.Snis!.Any(name => MatchesName(name.TrimEnd('.'), sni))))
        && (!Has(route.Methods) || route.Methods!.Contains(query.Method))
        && (!Has(route.Hosts) || route.Hosts!.Any(host => MatchesHost(host, query)))
        && MatchesAddress(route.Sources, query.Ends.Source, query.Ends.SourcePort)
        && MatchesAddress(route.Destinations, query.Ends.Destination, query.Ends.DestinationPort)
        && (route.Headers ?? []).All(header => MatchesHeader(header.Key, header.Value, query.Headers));

    private static int Specific(AddressMatch[]? asked) =>
        (asked ?? []).Aggregate(0, (bits, one) => bits | (one.Ip is null ? 0 : one.Ip.Contains('/') ? 1 : 8) | (one.Port is null ? 0 : 4));

    /// <summary>Bits of the widest entry, IPv4 counted as mapped.</summary>
    private static int Narrow(AddressMatch[]? asked) => asked is null ? 0 : asked.Min(one =>
        one.Ip is null ? 0
        : one.Ip.Contains('/') ? int.Parse(one.Ip.Split('/')[1]) + (one.Ip.Contains(':') ? 0 : 96)
        : 128);

    private static bool MatchesAddress(AddressMatch[]? asked, IPAddress? address, int port) => asked is null || (address is not null && asked.Any(one =>
        (one.Port is null || one.Port == port) && (one.Ip is null || Bits(address).StartsWith(Bits(IPAddress.Parse(one.Ip.Split('/')[0]))[..Narrow([one])], StringComparison.Ordinal))));

    private static string Bits(IPAddress address) => string.Concat(address.MapToIPv6().GetAddressBytes().Select(part => part.ToString("b8")));

    private static bool MatchesHost(string host, RouteQuery query)
    {
        string[] parts = host.Split(':');
        return MatchesName(parts[0], query.Host) && (parts.Length == 1 || int.Parse(parts[1]) == query.Port);
    }

    private static bool MatchesName(string name, string actual) =>
        name.StartsWith('*') ? actual.EndsWith(name[1..], StringComparison.Ordinal)
        : name.EndsWith('*') ? actual.StartsWith(name[..^1], StringComparison.Ordinal)
        : actual == name;

    private static bool MatchesHeader(string name, string[] listed, IHeaderDictionary headers)
    {
        string wanted = name.ToLowerInvariant().Replace('_', '-');
        return headers
            .Where(header => header.Key.ToLowerInvariant().Replace('_', '-') == wanted)
            .SelectMany(header => header.Value)
            .Any(value => listed.Any(one => one.StartsWith("~*", StringComparison.Ordinal)
                ? Regex.IsMatch(value!.ToLowerInvariant(), one[2..].ToLowerInvariant())
                : one.Equals(value, StringComparison.OrdinalIgnoreCase)));
    }

    private static int? MatchPaths(string[] paths, string path)
    {
        foreach (string listed in paths)
        {
            if (listed[0] != '~' && path.StartsWith(listed, StringComparison.Ordinal))
            {
                return listed.Length;
            }

            if (listed[0] == '~' && Regex.Match(path, "^" + listed[1..].Replace("(?P<", "(?<")) is { Success: true } match)
            {
                return match.Length;
            }
        }

        return paths.Length == 0 ? 0 : null;
    }

    private static bool Has(string[]? values) => values is { Length: > 0 };
}
