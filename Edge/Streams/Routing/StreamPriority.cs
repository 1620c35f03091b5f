using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;

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

    public static ulong Of(Route route, AddressConditions sources, AddressConditions destinations)
    {
        bool both = sources.Entries.Length > 0 && destinations.Entries.Length > 0;
        ulong match = both || route.Snis is { Length: > 0 } ? 1ul << MatchShift : 0;
        return match | (sources.Weight << SourceShift) | destinations.Weight;
    }
}
