using Mesh.Edge.Collections;

namespace Mesh.Edge.Routing;

/// <summary>Collects changes of a <see cref="HostIndex"/>; the index itself stays as it is.</summary>
internal sealed class HostIndexEdit(HostIndex origin)
{
    private readonly ShardedMap<string, PrefixTree<CandidateSet>>.Builder exact = origin.Exact.ToBuilder();
    private PrefixTree<PrefixTree<CandidateSet>>? suffixes = origin.Suffixes;
    private PrefixTree<PrefixTree<CandidateSet>>? prefixes = origin.Prefixes;
    private PrefixTree<CandidateSet>? any = origin.Any;

    public HostIndex Build() => new(exact.Build(), suffixes, prefixes, any);

    public void Add(in Placement placement) => ChangeHost(placement, (paths, added) =>
        PrefixTree<CandidateSet>.Change(
            paths,
            added.PathKey,
            added.Candidate,
            (set, candidate) => set?.Add(candidate) ?? CandidateList.Of(candidate, null)));

    /// <summary>Does nothing where the candidate does not stand.</summary>
    public void Remove(in Placement placement) => ChangeHost(placement, (paths, removed) =>
        PrefixTree<CandidateSet>.Change(paths, removed.PathKey, removed.Candidate, (set, candidate) => set?.Remove(candidate)));

    private void ChangeHost(in Placement placement, Func<PrefixTree<CandidateSet>?, Placement, PrefixTree<CandidateSet>?> change)
    {
        string host = placement.Host.Text;
        switch (placement.Host.Kind)
        {
            case NameKind.Exact:
                exact.TryGetValue(host, out PrefixTree<CandidateSet>? paths);
                SetExact(host, paths, change(paths, placement));
                break;
            case NameKind.Suffix:
                suffixes = PrefixTree<PrefixTree<CandidateSet>>.Change(suffixes, HostIndex.Reverse(host), placement, change);
                break;
            case NameKind.Prefix:
                prefixes = PrefixTree<PrefixTree<CandidateSet>>.Change(prefixes, host, placement, change);
                break;
            default:
                any = change(any, placement);
                break;
        }
    }

    private void SetExact(string host, PrefixTree<CandidateSet>? before, PrefixTree<CandidateSet>? after)
    {
        if (after is null)
        {
            exact.Remove(host);
        }
        else if (!ReferenceEquals(before, after))
        {
            exact[host] = after;
        }
    }
}
