using System.Buffers;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Routing;

/// <summary>The path trees of all hosts. Immutable; <see cref="HostIndexEdit"/> makes the next one.</summary>
/// <param name="Exact">By host.</param>
/// <param name="Suffixes">By what follows a leading <c>*</c>, reversed.</param>
/// <param name="Prefixes">By what precedes a trailing <c>*</c>.</param>
/// <param name="Any">Of routes without hosts; null when there are none.</param>
internal sealed record HostIndex(
    ShardedMap<string, PrefixTree<CandidateSet>> Exact,
    PrefixTree<PrefixTree<CandidateSet>>? Suffixes,
    PrefixTree<PrefixTree<CandidateSet>>? Prefixes,
    PrefixTree<CandidateSet>? Any)
{
    private const int StackChars = 256;

    public static HostIndex Empty { get; } =
        new(ShardedMap<string, PrefixTree<CandidateSet>>.Create(StringComparer.Ordinal), null, null, null);

    /// <summary>
    /// Searches every path tree that the host leads to. Kong's priority counts criteria before it looks at hosts, so a route
    /// of a wildcard or of any host can win against one of the exact host: all are searched, the likeliest first.
    /// </summary>
    public void Search(ref RouteSearch search)
    {
        string host = search.Query.Host;
        if (Exact.TryGetValue(host, out PrefixTree<CandidateSet>? paths))
        {
            search.SearchPaths(paths);
        }

        foreach (PrefixTree<CandidateSet> wildcard in PrefixTree<PrefixTree<CandidateSet>>.Walk(Prefixes, host))
        {
            search.SearchPaths(wildcard);
        }

        if (Suffixes is not null)
        {
            SearchSuffixes(host, ref search);
        }

        if (Any is not null)
        {
            search.SearchPaths(Any);
        }
    }

    public static string Reverse(string name) =>
        string.Create(name.Length, name, (reversed, text) => Reverse(text, reversed));

    private void SearchSuffixes(string host, ref RouteSearch search)
    {
        char[]? rented = host.Length > StackChars ? ArrayPool<char>.Shared.Rent(host.Length) : null;
        Span<char> reversed = (rented ?? stackalloc char[StackChars])[..host.Length];
        Reverse(host, reversed);
        foreach (PrefixTree<CandidateSet> wildcard in PrefixTree<PrefixTree<CandidateSet>>.Walk(Suffixes, reversed))
        {
            search.SearchPaths(wildcard);
        }

        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static void Reverse(string name, Span<char> reversed)
    {
        name.CopyTo(reversed);
        reversed.Reverse();
    }
}
