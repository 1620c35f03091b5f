using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>A place of the index that a candidate of a route takes.</summary>
/// <param name="PathKey">The plain path, or what a regex's matches must start with; empty for every path.</param>
internal readonly record struct Placement(NamePattern Host, string PathKey, Candidate Candidate)
{
    private static readonly NamePattern[] EveryHost = [NamePattern.Any];

    /// <summary>The path as configured, regexes with their <c>~</c>; null when the route has none.</summary>
    public string? Path => Candidate.Pattern is { } pattern ? "~" + pattern.Source : PathKey.Length == 0 ? null : PathKey;

    public bool MatchesHost(in RouteQuery query) => Host.Matches(query.Host) && Candidate.MatchesPort(query);

    public bool MatchesPath(in RouteQuery query) => query.Path.StartsWith(PathKey, StringComparison.Ordinal) && Candidate.MatchesPattern(query);

    /// <summary>All places of a route; regexes are not yet compiled, so that asking where a route stands costs little.</summary>
    public static List<Placement> Of(Route route)
    {
        RouteConditions? conditions = RouteConditions.Of(route);
        NamePattern[] hosts = route.Hosts is { Length: > 0 } names
            ? names.Length == 1 ? [NamePattern.OfHost(names[0])] : [.. names.Select(NamePattern.OfHost).Distinct()]
            : EveryHost;
        var placements = new List<Placement>(hosts.Length * Math.Max(1, route.Paths?.Length ?? 0));
        foreach (PathGroup group in PathGroup.Of(route))
        {
            for (int turn = 0; turn < (group.Paths?.Length ?? 1); turn++)
            {
                string? path = group.Paths?[turn];
                RoutePattern? pattern = path is ['~', ..] ? RoutePattern.ForPath(path[1..]) : null;
                string key = pattern?.LiteralPrefix ?? path ?? "";
                ulong priority = RoutePriority.Of(route, path);
                foreach (NamePattern host in hosts)
                {
                    var candidate = new Candidate(route, priority, group.Id, conditions, host.Port, key.Length, pattern, turn);
                    placements.Add(new Placement(host, key, candidate));
                }
            }
        }

        return placements;
    }

    /// <summary>Why a route cannot be placed; null when it can.</summary>
    public static string? Compile(List<Placement> placements) =>
        placements[0].Candidate.Conditions?.Compile()
            ?? placements.Select(placement => placement.Candidate.Pattern).Distinct()
                .Select(pattern => pattern?.Compile()).FirstOrDefault(problem => problem is not null);
}
