namespace Mesh.Edge.Streams.Routing;

/// <summary>The candidates at one place of the index, best first. Immutable.</summary>
internal sealed class StreamCandidates
{
    private readonly StreamCandidate[] candidates;

    private StreamCandidates(StreamCandidate[] candidates) => this.candidates = candidates;

    public static StreamCandidates Add(StreamCandidates? set, StreamCandidate candidate)
    {
        StreamCandidate[] before = set?.candidates ?? [];
        int index = Array.BinarySearch(before, candidate);
        return index >= 0
            ? new StreamCandidates([.. before.AsSpan(0, index), candidate, .. before.AsSpan(index + 1)])
            : new StreamCandidates([.. before.AsSpan(0, ~index), candidate, .. before.AsSpan(~index)]);
    }

    /// <summary>Null when nothing is left.</summary>
    public static StreamCandidates? Remove(StreamCandidates? set, StreamCandidate candidate)
    {
        int index = set is null ? -1 : Array.BinarySearch(set.candidates, candidate);
        return index < 0 ? set
            : set!.candidates.Length == 1 ? null
            : new StreamCandidates([.. set.candidates.AsSpan(0, index), .. set.candidates.AsSpan(index + 1)]);
    }

    /// <summary>Replaces <paramref name="best"/> by the first that matches and is better.</summary>
    public void Search(in StreamQuery query, ref StreamCandidate? best)
    {
        foreach (StreamCandidate candidate in candidates)
        {
            if (best is not null && best.CompareTo(candidate) <= 0)
            {
                return;
            }

            if (candidate.Matches(query))
            {
                best = candidate;
                return;
            }
        }
    }
}
