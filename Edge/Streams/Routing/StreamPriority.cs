using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Streams.Routing;

/// <summary>
/// Kong's priority of a stream route (<c>router/transform.lua</c>): the greatest that matches wins. A server name, or source
/// and destination together, before anything else; then any source, then any destination. Among addresses: a single one,
/// a port, a range.
/// </summary>
internal static class StreamPriority
{
    private const int MatchShift = 61;
    private const int SourceShift = 4;
    private const ulong Single = 8;
    private const ulong Port = 4;
    private const ulong Range = 1;

    public static ulong Of(Route route)
    {
        bool both = route.Sources is { Length: > 0 } && route.Destinations is { Length: > 0 };
        ulong match = both || route.Snis is { Length: > 0 } ? 1ul << MatchShift : 0;
        return match | (Weight(route.Sources) << SourceShift) | Weight(route.Destinations);
    }

    private static ulong Weight(AddressMatch[]? matches)
    {
        ulong weight = 0;
        foreach (AddressMatch match in matches ?? [])
        {
            weight |= match.Ip is null ? 0 : match.Ip.Contains('/', StringComparison.Ordinal) ? Range : Single;
            weight |= match.Port is null ? 0 : Port;
        }

        return weight;
    }
}
