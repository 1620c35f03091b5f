using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>What a route asks of a request beside host and path. The conditions are ANDed; the entries of one are ORed.</summary>
internal sealed class RouteConditions
{
    private RouteConditions(Route route)
    {
        Methods = route.Methods ?? [];
        Snis = [.. (route.Snis ?? []).Select(NamePattern.OfSni)];
        Headers = [.. (route.Headers ?? []).Select(header => new HeaderCondition(header.Key, header.Value))];
        Sources = AddressConditions.Of(route.Sources);
        Destinations = AddressConditions.Of(route.Destinations);
        AddressWeight = RoutePriority.OfAddresses(Sources, Destinations);
    }

    public string[] Methods { get; }

    public NamePattern[] Snis { get; }

    public HeaderCondition[] Headers { get; }

    public AddressConditions Sources { get; }

    public AddressConditions Destinations { get; }

    /// <summary>Decides between candidates of equal priority: the greater wins.</summary>
    public uint AddressWeight { get; }

    /// <summary>Null when the route has none, as most.</summary>
    public static RouteConditions? Of(Route route) =>
        route.Methods is { Length: > 0 } || route.Snis is { Length: > 0 } || route.Headers is { Count: > 0 }
            || route.Sources is { Length: > 0 } || route.Destinations is { Length: > 0 } ? new(route) : null;

    /// <returns>Why the conditions cannot be used; null when they can.</returns>
    public string? Compile() => Sources.Problem ?? Destinations.Problem ?? Headers.Select(header => header.Compile()).FirstOrDefault(problem => problem is not null);

    public bool Match(in RouteQuery query)
    {
        if (!MatchesMethod(query) || !MatchesSni(query) || !MatchesSource(query) || !MatchesDestination(query))
        {
            return false;
        }

        foreach (HeaderCondition header in Headers)
        {
            if (!header.Matches(query.Headers))
            {
                return false;
            }
        }

        return true;
    }

    public bool MatchesMethod(in RouteQuery query) => Methods.Length == 0 || Methods.AsSpan().Contains(query.Method);

    /// <summary>A request without TLS has no server name to compare: Kong leaves the condition out (Kong/kong#6425).</summary>
    public bool MatchesSni(in RouteQuery query) => Snis.Length == 0 || !query.Secure || MatchesSni(query.Sni);

    public bool MatchesSource(in RouteQuery query) =>
        Sources.Entries.Length == 0 || (query.Ends.Source is { } address && Sources.Match(AddressBits.Of(address), query.Ends.SourcePort));

    public bool MatchesDestination(in RouteQuery query) =>
        Destinations.Entries.Length == 0 || (query.Ends.Destination is { } address && Destinations.Match(AddressBits.Of(address), query.Ends.DestinationPort));

    private bool MatchesSni(string? name)
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
