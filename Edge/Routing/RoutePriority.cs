using System.Text;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>
/// Kong's priority of an http matcher, <c>get_priority</c> in <c>router/transform.lua</c>: the greatest that matches wins.
/// Bits, high to low: 61-63 number of criteria, 60 hosts without wildcard only, 52-59 number of header names, 51 regex path,
/// 19-50 regex_priority (of a regex path), 0-18 bytes of a plain path.
/// </summary>
internal static class RoutePriority
{
    private const int CriteriaShift = 61;
    private const int PlainHostsShift = 60;
    private const int HeadersShift = 52;
    private const int RegexShift = 51;
    private const int RegexPriorityShift = 19;
    private const int MaxHeaders = 255;
    private const int MaxPathLength = 0x7FFFF;

    /// <param name="path">A path of the matcher; null when the route has none.</param>
    public static ulong Of(Route route, string? path)
    {
        int headers = route.Headers?.Count ?? 0;
        ulong criteria = (route.Snis is { Length: > 0 } ? 1ul : 0)
            + (route.Sources is { Length: > 0 } ? 1ul : 0)
            + (route.Destinations is { Length: > 0 } ? 1ul : 0)
            + (route.Methods is { Length: > 0 } ? 1ul : 0)
            + (route.Hosts is { Length: > 0 } ? 1ul : 0)
            + (headers > 0 ? 1ul : 0)
            + (path is not null ? 1ul : 0);
        bool plainHosts = route.Hosts is { Length: > 0 } hosts && !hosts.Any(host => host.Contains('*', StringComparison.Ordinal));
        return (criteria << CriteriaShift)
            | ((plainHosts ? 1ul : 0) << PlainHostsShift)
            | ((ulong)Math.Min(headers, MaxHeaders) << HeadersShift)
            | OfPath(route, path);
    }

    /// <summary>
    /// Beyond Kong, where http routes have no addresses: how specific they are. Bits, high to low: 24-31 weight of the sources,
    /// 16-23 of the destinations, 8-15 prefix of the widest source, 0-7 of the widest destination.
    /// </summary>
    public static uint OfAddresses(AddressConditions sources, AddressConditions destinations) =>
        (sources.Weight << 24) | (destinations.Weight << 16) | (sources.ShortestPrefix << 8) | destinations.ShortestPrefix;

    /// <summary>A priority taken apart.</summary>
    public static PriorityFields Read(ulong priority) => new(
        (int)(priority >> CriteriaShift),
        ((priority >> PlainHostsShift) & 1) != 0,
        (int)((priority >> HeadersShift) & MaxHeaders),
        ((priority >> RegexShift) & 1) != 0,
        (long)((priority >> RegexPriorityShift) & uint.MaxValue),
        (int)(priority & MaxPathLength));

    private static ulong OfPath(Route route, string? path) => path switch
    {
        null => 0,
        // The field has 32 bits; a negative number, which Kong lets run over into the higher fields, is the lowest here.
        ['~', ..] => (1ul << RegexShift) | ((ulong)Math.Clamp(route.RegexPriority, 0, uint.MaxValue) << RegexPriorityShift),
        _ => (ulong)(Encoding.UTF8.GetByteCount(path) & MaxPathLength),
    };
}
