using System.Numerics;

namespace Mesh.Edge.Routing;

/// <summary>A few candidates, best first. A list that grows is split by what tells its candidates apart.</summary>
internal sealed class CandidateList : CandidateSet
{
    /// <summary>Candidates that are tried one after another; more than that are looked up, where a condition allows it.</summary>
    public const int LinearLimit = 8;

    private readonly Candidate[] candidates;
    private readonly SplitTrail? trail;

    private CandidateList(Candidate[] candidates, SplitTrail? trail)
    {
        this.candidates = candidates;
        this.trail = trail;
    }

    /// <param name="trail">The dimensions by which the sets above this one are split already.</param>
    public static CandidateSet Of(Candidate candidate, SplitTrail? trail) => new CandidateList([candidate], trail);

    public override CandidateSet Add(Candidate candidate)
    {
        int index = Array.BinarySearch(candidates, candidate);
        Candidate[] grown = index >= 0
            ? [.. candidates.AsSpan(0, index), candidate, .. candidates.AsSpan(index + 1)]
            : [.. candidates.AsSpan(0, ~index), candidate, .. candidates.AsSpan(~index)];

        // What cannot be told apart at one size is tried again at the double, not at every addition.
        bool due = grown.Length > LinearLimit && BitOperations.IsPow2(grown.Length - 1);
        return due && SplitDimension.Choose(grown, trail) is { } dimension
            ? CandidateSplit.Of(grown, dimension, trail)
            : new CandidateList(grown, trail);
    }

    public override CandidateSet? Remove(Candidate candidate)
    {
        int index = Array.BinarySearch(candidates, candidate);
        if (index < 0)
        {
            return this;
        }

        return candidates.Length == 1
            ? null
            : new CandidateList([.. candidates.AsSpan(0, index), .. candidates.AsSpan(index + 1)], trail);
    }

    public override void Search(ref RouteSearch search)
    {
        foreach (Candidate candidate in candidates)
        {
            if (!search.TryNext(candidate))
            {
                return;
            }
        }
    }
}
