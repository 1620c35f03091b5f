using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>What a request fails at one route, by the conditions that the router itself tests.</summary>
internal static class RouteFailures
{
    /// <summary>Of a list of conditions, values that are shown.</summary>
    private const int MaxShownValues = 8;

    /// <summary>In words, in the order of hosts, paths, methods, SNIs, sources, destinations, headers; none when the route matches.</summary>
    /// <param name="places">All places of the route, compiled.</param>
    public static List<string> Of(IReadOnlyList<Placement> places, in RouteQuery query)
    {
        List<string> failures = [];
        AddHost(places, query, failures);
        AddPath(places, query, failures);
        if (places[0].Candidate.Conditions is { } conditions)
        {
            AddConditions(conditions, query, failures);
        }

        return failures;
    }

    public static string Listed(IEnumerable<string> values)
    {
        string[] shown = [.. values.Take(MaxShownValues + 1)];
        return shown.Length > MaxShownValues ? $"[{string.Join(", ", shown[..MaxShownValues])}, …]" : $"[{string.Join(", ", shown)}]";
    }

    /// <summary>An address as a route sees it; without its port when that is not known.</summary>
    public static string Text(IPAddress? address, int port) => address is null ? "unknown"
        : port == 0 ? AddressBits.Plain(address).ToString()
        : new IPEndPoint(AddressBits.Plain(address), port).ToString();

    private static void AddHost(IReadOnlyList<Placement> places, in RouteQuery query, List<string> failures)
    {
        bool named = false;
        foreach (Placement place in places)
        {
            if (place.MatchesHost(query))
            {
                return;
            }

            named |= place.Host.Matches(query.Host);
        }

        string asked = Listed(places.Select(place => place.Host.ToString()).Distinct());
        failures.Add(named ? $"port {query.Port} is not that of {asked}" : $"host {query.Host} does not match {asked}");
    }

    private static void AddPath(IReadOnlyList<Placement> places, in RouteQuery query, List<string> failures)
    {
        foreach (Placement place in places)
        {
            if (place.MatchesPath(query))
            {
                return;
            }
        }

        failures.Add($"path {query.Path} does not match {Listed(places.Select(place => place.Path!).Distinct())}");
    }

    private static void AddConditions(RouteConditions conditions, in RouteQuery query, List<string> failures)
    {
        if (!conditions.MatchesMethod(query))
        {
            failures.Add($"method {query.Method} is not in {Listed(conditions.Methods)}");
        }

        if (!conditions.MatchesSni(query))
        {
            string asked = Listed(conditions.Snis.Select(sni => sni.ToString()));
            failures.Add(query.Sni is null ? $"the connection names no SNI, {asked} is asked for" : $"SNI {query.Sni} does not match {asked}");
        }

        if (!conditions.MatchesSource(query))
        {
            failures.Add($"source {Text(query.Ends.Source, query.Ends.SourcePort)} is not in {Listed(conditions.Sources.Asked)}");
        }

        if (!conditions.MatchesDestination(query))
        {
            failures.Add($"destination {Text(query.Ends.Destination, query.Ends.DestinationPort)} is not in {Listed(conditions.Destinations.Asked)}");
        }

        foreach (HeaderCondition header in conditions.Headers)
        {
            if (!header.Matches(query.Headers))
            {
                bool sent = header.Name.Read(query.Headers).Count > 0;
                failures.Add($"header {header.Name.Canonical} {(sent ? "has none of" : "is absent, asked for is")} {Listed(header.Asked)}");
            }
        }
    }
}
