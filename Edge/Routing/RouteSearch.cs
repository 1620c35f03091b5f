using System.Runtime.CompilerServices;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Routing;

/// <summary>One match under way: the best candidate so far, over all places of the index that the request leads to.</summary>
internal ref struct RouteSearch
{
    /// <summary>Candidates of one trace, give or take the lists that are begun after it is full.</summary>
    public const int MaxTraced = 4096;

    private readonly ref readonly RouteQuery query;

    public RouteSearch(in RouteQuery query) => this.query = ref query;

    public readonly ref readonly RouteQuery Query => ref query;

    public Candidate? Best { get; private set; }

    /// <summary>Candidates that were tested: what a match costs beside the walk through the index.</summary>
    public int Tested { get; private set; }

    /// <summary>
    /// For an explanation: receives every candidate that the index leads the request to, up to <see cref="MaxTraced"/>, and
    /// none is chosen. Null on the request path.
    /// </summary>
    public List<Candidate>? Trace { get; init; }

    /// <summary>Searches the sets on the way of the path, the deepest first: it most likely holds the winner, and what it beats is not tested.</summary>
    public void SearchPaths(PrefixTree<CandidateSet> paths)
    {
        var pending = default(PendingSets);
        int count = 0;
        foreach (CandidateSet set in PrefixTree<CandidateSet>.Walk(paths, query.Path))
        {
            if (count == PendingSets.Capacity)
            {
                set.Search(ref this);
            }
            else
            {
                pending[count++] = set;
            }
        }

        while (count > 0)
        {
            pending[--count]!.Search(ref this);
        }
    }

    /// <summary>Takes the next candidate of a list that is ordered best first.</summary>
    /// <returns>Whether a later one of the list could still win.</returns>
    public bool TryNext(Candidate candidate)
    {
        if (Best is not null && !candidate.Beats(Best))
        {
            return false;
        }

        Tested++;
        if (Trace is not null)
        {
            Trace.Add(candidate);
            return Trace.Count < MaxTraced;
        }

        if (!candidate.Matches(query))
        {
            return true;
        }

        Best = candidate;
        return false;
    }

    [InlineArray(Capacity)]
    private struct PendingSets
    {
        /// <summary>Nested prefixes that are put in order; deeper ones are searched as they come.</summary>
        public const int Capacity = 16;

        private CandidateSet? first;
    }
}
