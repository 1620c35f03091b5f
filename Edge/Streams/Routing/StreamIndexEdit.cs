using Mesh.Edge.Collections;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>Collects changes of a <see cref="StreamIndex"/>; the index itself stays as it is.</summary>
internal sealed class StreamIndexEdit(StreamIndex origin)
{
    private readonly ShardedMap<string, StreamCandidates>.Builder names = origin.Names.ToBuilder();
    private readonly ShardedMap<AddressKey, StreamCandidates>.Builder addresses = origin.Addresses.ToBuilder();
    private PrefixTree<StreamCandidates>? suffixes = origin.Suffixes;
    private PrefixTree<StreamCandidates>? prefixes = origin.Prefixes;

    public StreamIndex Build() => new(names.Build(), suffixes, prefixes, addresses.Build());

    public void Add(StreamCandidate candidate) => Change(candidate, StreamCandidates.Add);

    /// <summary>Does nothing where the candidate does not stand.</summary>
    public void Remove(StreamCandidate candidate) => Change(candidate, StreamCandidates.Remove);

    private void Change(StreamCandidate candidate, Func<StreamCandidates?, StreamCandidate, StreamCandidates?> change)
    {
        if (!candidate.IsBoundToNames)
        {
            foreach (AddressKey key in AddressKey.Of(candidate))
            {
                Set(addresses, key, candidate, change);
            }

            return;
        }

        foreach (NamePattern name in candidate.Snis)
        {
            switch (name.Kind)
            {
                case NameKind.Suffix:
                    suffixes = PrefixTree<StreamCandidates>.Change(suffixes, HostIndex.Reverse(name.Text), candidate, change);
                    break;
                case NameKind.Prefix:
                    prefixes = PrefixTree<StreamCandidates>.Change(prefixes, name.Text, candidate, change);
                    break;
                default:
                    Set(names, name.Text, candidate, change);
                    break;
            }
        }
    }

    private static void Set<TKey>(
        ShardedMap<TKey, StreamCandidates>.Builder map, TKey key, StreamCandidate candidate, Func<StreamCandidates?, StreamCandidate, StreamCandidates?> change)
        where TKey : notnull
    {
        map.TryGetValue(key, out StreamCandidates? before);
        if (change(before, candidate) is { } after)
        {
            map[key] = after;
        }
        else
        {
            map.Remove(key);
        }
    }
}
