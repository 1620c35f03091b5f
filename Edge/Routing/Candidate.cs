using System.Text.RegularExpressions;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>
/// A route at one place of the index: under one host and one path. Where it is found, host and plain path are known to
/// match; the rest is tested here. Candidates of one matcher (see <see cref="PathGroup"/>) have one priority and one id.
/// </summary>
internal sealed class Candidate(Route route, ulong priority, Guid id, RouteConditions? conditions, int port, int pathLength, RoutePattern? pattern, int turn)
    : IComparable<Candidate>
{
    public Route Route => route;

    public ulong Priority => priority;

    public Guid Id => id;

    /// <summary>Decides where priorities are equal; 0 without sources and destinations.</summary>
    public uint AddressWeight => conditions?.AddressWeight ?? 0;

    public RouteConditions? Conditions => conditions;

    /// <summary>0 for every port.</summary>
    public int Port => port;

    public int Turn => turn;

    /// <summary>The pattern that the path must match; null for a plain path or none.</summary>
    public RoutePattern? Pattern => pattern;

    /// <summary>Best first: priority, then the more specific addresses, then the greater id, then (regexes of one matcher) the route's order.</summary>
    public int CompareTo(Candidate? other)
    {
        int order = other!.Priority.CompareTo(priority);
        return order != 0 ? order
            : (order = other.AddressWeight.CompareTo(AddressWeight)) != 0 ? order
            : (order = other.Id.CompareTo(id)) != 0 ? order
            : (order = turn.CompareTo(other.Turn)) != 0 ? order
            : port.CompareTo(other.Port);
    }

    /// <summary>Wins against <paramref name="other"/> if both match.</summary>
    public bool Beats(Candidate other) => priority != other.Priority ? priority > other.Priority : CompareTo(other) < 0;

    public bool Matches(in RouteQuery query) => MatchesPort(query) && (conditions is null || conditions.Match(query)) && MatchesPattern(query);

    public bool MatchesPort(in RouteQuery query) => port == 0 || port == query.Port;

    public bool MatchesPattern(in RouteQuery query) => pattern is null || pattern.Regex.IsMatch(query.Path);

    public RouteMatch ToMatch(string path)
    {
        Match? captures = pattern?.Regex.Match(path);
        return new RouteMatch(route, captures?.Length ?? pathLength, captures);
    }
}
