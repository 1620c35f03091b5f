using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>Tells which conditions of the winning route the request meets, and with what.</summary>
internal static class WinningRoute
{
    public static ExplainedRoute Of(Candidate best, in RouteMatch match, in RouteQuery query, string? strippedPrefix)
    {
        Route route = best.Route;
        List<ExplainedCondition> matched = [];
        if (PlaceOf(best, query) is { } place)
        {
            if (route.Hosts is { Length: > 0 })
            {
                matched.Add(new("hosts", place.Host.ToString(), query.Host));
            }

            if (place.Path is { } path)
            {
                matched.Add(new("paths", path, query.Path[..match.PrefixLength]));
            }
        }

        AddConditions(best.Conditions, query, matched);
        Dictionary<string, string>? captures = match.Captures?.Groups.Values
            .Where(group => group.Success && !char.IsAsciiDigit(group.Name[0])).ToDictionary(group => group.Name, group => group.Value);
        return new ExplainedRoute(
            route.Id, route.Name, route.Protocols, matched, RoutePriority.Read(best.Priority), strippedPrefix, captures is { Count: > 0 } ? captures : null);
    }

    /// <summary>Where in the index the candidate was found.</summary>
    private static Placement? PlaceOf(Candidate best, in RouteQuery query)
    {
        List<Placement> places = Placement.Of(best.Route);
        Placement.Compile(places);
        foreach (Placement place in places)
        {
            if (place.Candidate.CompareTo(best) == 0 && place.MatchesHost(query) && place.MatchesPath(query))
            {
                return place;
            }
        }

        return null;
    }

    private static void AddConditions(RouteConditions? conditions, in RouteQuery query, List<ExplainedCondition> matched)
    {
        if (conditions is null)
        {
            return;
        }

        if (conditions.Methods.Length > 0)
        {
            matched.Add(new("methods", RouteFailures.Listed(conditions.Methods), query.Method));
        }

        if (conditions.Snis.Length > 0)
        {
            matched.Add(new("snis", RouteFailures.Listed(conditions.Snis.Select(sni => sni.ToString())), query.Secure ? query.Sni : null));
        }

        if (conditions.Sources.Entries.Length > 0)
        {
            matched.Add(new("sources", RouteFailures.Listed(conditions.Sources.Asked), RouteFailures.Text(query.Ends.Source, query.Ends.SourcePort)));
        }

        if (conditions.Destinations.Entries.Length > 0)
        {
            matched.Add(new("destinations", RouteFailures.Listed(conditions.Destinations.Asked), RouteFailures.Text(query.Ends.Destination, query.Ends.DestinationPort)));
        }

        foreach (HeaderCondition header in conditions.Headers)
        {
            matched.Add(new($"headers.{header.Name.Canonical}", RouteFailures.Listed(header.Asked), header.Name.Read(query.Headers).ToString()));
        }
    }
}
