using Mesh.Edge.Collections;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>The places where stream routes are found. Immutable; <see cref="StreamIndexEdit"/> makes the next one.</summary>
/// <param name="Names">By server name.</param>
/// <param name="Suffixes">By what follows a leading <c>*</c>, reversed.</param>
/// <param name="Prefixes">By what precedes a trailing <c>*</c>.</param>
/// <param name="Addresses">Routes that are not bound to names.</param>
internal sealed record StreamIndex(
    ShardedMap<string, StreamCandidates> Names,
    PrefixTree<StreamCandidates>? Suffixes,
    PrefixTree<StreamCandidates>? Prefixes,
    ShardedMap<AddressKey, StreamCandidates> Addresses)
{
    public static StreamIndex Empty { get; } = new(
        ShardedMap<string, StreamCandidates>.Create(StringComparer.Ordinal), null, null, ShardedMap<AddressKey, StreamCandidates>.Create());

    public void Search(in StreamQuery query, ref StreamCandidate? best)
    {
        if (query is { Secure: true, Sni: { } name })
        {
            SearchNames(name, query, ref best);
        }

        if (Addresses.Count > 0)
        {
            SearchAddresses(false, query.Destination, query.DestinationPort, query, ref best);
            SearchAddresses(true, query.Source, query.SourcePort, query, ref best);
            Search(AddressKey.Any, query, ref best);
        }
    }

    private void SearchNames(string name, in StreamQuery query, ref StreamCandidate? best)
    {
        if (Names.TryGetValue(name, out StreamCandidates? exact))
        {
            exact.Search(query, ref best);
        }

        foreach (StreamCandidates wildcard in PrefixTree<StreamCandidates>.Walk(Prefixes, name))
        {
            wildcard.Search(query, ref best);
        }

        if (Suffixes is not null)
        {
            foreach (StreamCandidates wildcard in PrefixTree<StreamCandidates>.Walk(Suffixes, HostIndex.Reverse(name)))
            {
                wildcard.Search(query, ref best);
            }
        }
    }

    private void SearchAddresses(bool isSource, UInt128 address, int port, in StreamQuery query, ref StreamCandidate? best)
    {
        Search(new AddressKey(isSource, address, port), query, ref best);
        Search(new AddressKey(isSource, address, 0), query, ref best);
        Search(new AddressKey(isSource, 0, port), query, ref best);
    }

    private void Search(in AddressKey key, in StreamQuery query, ref StreamCandidate? best)
    {
        if (Addresses.TryGetValue(key, out StreamCandidates? candidates))
        {
            candidates.Search(query, ref best);
        }
    }
}
