namespace Mesh.Edge.Routing;

/// <summary>The candidates at one node of a path tree. Immutable.</summary>
internal abstract class CandidateSet
{
    public abstract CandidateSet Add(Candidate candidate);

    /// <summary>The set without the candidate of the same place and matcher; null when nothing remains, itself when there was none.</summary>
    public abstract CandidateSet? Remove(Candidate candidate);

    /// <summary>Offers to the search what may match, best first within each list.</summary>
    public abstract void Search(ref RouteSearch search);
}
