using Mesh.Abstractions.Entities;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>A stream route, taken apart once. Conditions are ANDed; the entries of one are ORed.</summary>
internal sealed class StreamCandidate : IComparable<StreamCandidate>
{
    private StreamCandidate(Route route, AddressCondition[] sources, AddressCondition[] destinations)
    {
        Route = route;
        Priority = StreamPriority.Of(route);
        Protocols = RequestProtocol.Parse(route.Protocols) & RequestProtocols.Streams;
        Snis = [.. (route.Snis ?? []).Select(sni => NamePattern.OfSni(sni.ToLowerInvariant())).Distinct()];
        Sources = sources;
        Destinations = destinations;
    }

    public Route Route { get; }
    public ulong Priority { get; }
    public RequestProtocols Protocols { get; }
    public NamePattern[] Snis { get; }
    public AddressCondition[] Sources { get; }
    public AddressCondition[] Destinations { get; }

    /// <summary>Its server names count for every connection that it can take.</summary>
    public bool IsBoundToNames => Snis.Length > 0 && (Protocols & (RequestProtocols.Tcp | RequestProtocols.Udp)) == 0;

    /// <returns>The candidate, or why the route cannot be served.</returns>
    public static (StreamCandidate? Candidate, string? Problem) Of(Route route)
    {
        if (Conditions(route.Sources, out string? bad) is not { } sources || Conditions(route.Destinations, out bad) is not { } destinations)
        {
            return (null, $"'{bad}' is neither an address nor a range");
        }

        return (new StreamCandidate(route, sources, destinations), null);
    }

    public bool Matches(in StreamQuery query) =>
        (Protocols & query.Protocols) != 0
        && (Snis.Length == 0 || !query.Secure || MatchesName(query.Sni))
        && MatchesAddress(Sources, query.Source, query.SourcePort)
        && MatchesAddress(Destinations, query.Destination, query.DestinationPort);

    /// <summary>Best first: priority, then the greater id.</summary>
    public int CompareTo(StreamCandidate? other)
    {
        int order = other!.Priority.CompareTo(Priority);
        return order != 0 ? order : other.Route.Id.CompareTo(Route.Id);
    }

    private bool MatchesName(string? name)
    {
        foreach (NamePattern sni in Snis)
        {
            if (name is not null && sni.Matches(name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesAddress(AddressCondition[] conditions, UInt128 address, int port)
    {
        foreach (AddressCondition condition in conditions)
        {
            if (condition.Matches(address, port))
            {
                return true;
            }
        }

        return conditions.Length == 0;
    }

    private static AddressCondition[]? Conditions(AddressMatch[]? matches, out string? bad)
    {
        bad = null;
        var conditions = new List<AddressCondition>();
        foreach (AddressMatch match in matches ?? [])
        {
            if (AddressCondition.Of(match) is not { } condition)
            {
                bad = match.Ip;
                return null;
            }

            conditions.Add(condition);
        }

        return [.. conditions];
    }
}
