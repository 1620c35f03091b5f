using Mesh.Abstractions.Entities;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>A stream route, taken apart once. Conditions are ANDed; the entries of one are ORed.</summary>
internal sealed class StreamCandidate : IComparable<StreamCandidate>
{
    private StreamCandidate(Route route, AddressConditions sources, AddressConditions destinations)
    {
        Route = route;
        Priority = StreamPriority.Of(route, sources, destinations);
        Protocols = RequestProtocol.Parse(route.Protocols) & RequestProtocols.Streams;
        Snis = [.. (route.Snis ?? []).Select(sni => NamePattern.OfSni(sni.ToLowerInvariant())).Distinct()];
        Sources = sources;
        Destinations = destinations;
    }

    public Route Route { get; }
    public ulong Priority { get; }
    public RequestProtocols Protocols { get; }
    public NamePattern[] Snis { get; }
    public AddressConditions Sources { get; }
    public AddressConditions Destinations { get; }

    /// <summary>Its server names count for every connection that it can take.</summary>
    public bool IsBoundToNames => Snis.Length > 0 && (Protocols & (RequestProtocols.Tcp | RequestProtocols.Udp)) == 0;

    /// <returns>The candidate, or why the route cannot be served.</returns>
    public static (StreamCandidate? Candidate, string? Problem) Of(Route route)
    {
        var sources = AddressConditions.Of(route.Sources);
        var destinations = AddressConditions.Of(route.Destinations);
        return (sources.Problem ?? destinations.Problem) is { } problem ? (null, problem) : (new StreamCandidate(route, sources, destinations), null);
    }

    public bool Matches(in StreamQuery query) =>
        (Protocols & query.Protocols) != 0
        && (Snis.Length == 0 || !query.Secure || MatchesName(query.Sni))
        && Sources.Match(query.Source, query.SourcePort)
        && Destinations.Match(query.Destination, query.DestinationPort);

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
}
