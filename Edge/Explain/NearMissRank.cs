using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>How near a route that does not match is. The smaller, the farther.</summary>
/// <param name="Failures">Conditions that do not hold.</param>
/// <param name="Common">Characters that the path shares with the closest path of the route.</param>
internal readonly record struct NearMissRank(int Failures, int Common, ulong Priority, Guid Id) : IComparable<NearMissRank>
{
    /// <summary>The route with what it fails; null when it fails none.</summary>
    public static (ExplainedCandidate Candidate, NearMissRank Rank)? Of(Route route, in RouteQuery query, EdgeSnapshot snapshot)
    {
        List<Placement> places = Placement.Of(route);
        string? refused = Placement.Compile(places);
        List<string> failures = [];
        if (refused is not null)
        {
            failures.Add($"the route is not served: {refused}");
        }
        else
        {
            failures.AddRange(RouteFailures.Of(places, query));
            if (!RouteTable.IsServed(route, snapshot.Entities))
            {
                failures.Add("its service is disabled");
            }
        }

        if (failures.Count == 0)
        {
            // It matches and lost: the index leads to more routes than were traced.
            return null;
        }

        int common = 0;
        ulong priority = 0;
        foreach (Placement place in places)
        {
            common = Math.Max(common, query.Path.AsSpan().CommonPrefixLength(place.PathKey));
            priority = Math.Max(priority, place.Candidate.Priority);
        }

        var candidate = new ExplainedCandidate(route.Id, route.Name, false, failures[0], failures.Count - 1, RoutePriority.Read(priority));
        return (candidate, new NearMissRank(failures.Count, common, priority, route.Id));
    }

    public int CompareTo(NearMissRank other)
    {
        int order = other.Failures.CompareTo(Failures);
        return order != 0 ? order
            : (order = Common.CompareTo(other.Common)) != 0 ? order
            : (order = Priority.CompareTo(other.Priority)) != 0 ? order
            : Id.CompareTo(other.Id);
    }
}
