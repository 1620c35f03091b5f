using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>The routes that lost, and why: those that the index leads the request to, then those that nearly match.</summary>
internal static class RouteRivals
{
    /// <summary>Routes that the index led to and that are listed.</summary>
    public const int MaxConsidered = 20;

    /// <summary>Routes that nearly match and are listed.</summary>
    public const int MaxNearMisses = 10;

    /// <summary>Routes that are looked at for near misses.</summary>
    public const int MaxScannedRoutes = 200_000;

    /// <summary>A route that fails more conditions than this is not near.</summary>
    private const int MaxFailures = 2;

    public static (IReadOnlyList<ExplainedCandidate> Listed, bool Truncated) Of(EdgeSnapshot snapshot, in RouteQuery query, Candidate? winner)
    {
        var search = new RouteSearch(query) { Trace = [] };
        snapshot.Routes.Search(ref search);
        Route[] led = [.. search.Trace!.Select(candidate => candidate.Route).Where(route => route.Id != winner?.Route.Id).DistinctBy(route => route.Id)];
        List<(int Failures, ulong Priority, ExplainedCandidate Candidate)> considered = new(led.Length);
        foreach (Route route in led)
        {
            considered.Add(Read(route, query, winner));
        }

        bool truncated = considered.Count > MaxConsidered || search.Trace!.Count >= RouteSearch.MaxTraced;
        HashSet<Guid> known = [.. led.Select(route => route.Id)];
        if (winner is not null)
        {
            known.Add(winner.Route.Id);
        }

        return ([
            .. considered.OrderBy(entry => entry.Failures).ThenByDescending(entry => entry.Priority).ThenBy(entry => entry.Candidate.Id)
                .Take(MaxConsidered).Select(entry => entry.Candidate),
            .. NearMisses(snapshot, query, known),
        ], truncated);
    }

    private static (int Failures, ulong Priority, ExplainedCandidate Candidate) Read(Route route, in RouteQuery query, Candidate? winner)
    {
        List<Placement> places = Placement.Of(route);
        Placement.Compile(places);
        Candidate? best = null;
        ulong highest = 0;
        foreach (Placement place in places)
        {
            highest = Math.Max(highest, place.Candidate.Priority);
            if (place.MatchesHost(query) && place.MatchesPath(query) && place.Candidate.Matches(query) && (best is null || place.Candidate.Beats(best)))
            {
                best = place.Candidate;
            }
        }

        if (best is not null)
        {
            return (0, best.Priority, new(route.Id, route.Name, true, Defeat.Reason(best, winner!), 0, RoutePriority.Read(best.Priority)));
        }

        List<string> failures = RouteFailures.Of(places, query);
        return (failures.Count, highest, new(route.Id, route.Name, false, failures[0], failures.Count - 1, RoutePriority.Read(highest)));
    }

    private static IEnumerable<ExplainedCandidate> NearMisses(EdgeSnapshot snapshot, in RouteQuery query, HashSet<Guid> known)
    {
        // The worst of those kept is first out.
        PriorityQueue<ExplainedCandidate, NearMissRank> nearest = new(MaxNearMisses + 1);
        foreach (Route route in snapshot.Entities.Routes.Values.Take(MaxScannedRoutes))
        {
            if (known.Contains(route.Id) || !RouteTable.IsHttp(route))
            {
                continue;
            }

            if (NearMissRank.Of(route, query, snapshot) is (ExplainedCandidate candidate, NearMissRank rank) && candidate.AlsoFails < MaxFailures)
            {
                nearest.Enqueue(candidate, rank);
                if (nearest.Count > MaxNearMisses)
                {
                    nearest.Dequeue();
                }
            }
        }

        List<ExplainedCandidate> listed = new(nearest.Count);
        while (nearest.TryDequeue(out ExplainedCandidate? candidate, out _))
        {
            listed.Add(candidate);
        }

        listed.Reverse();
        return listed;
    }
}
