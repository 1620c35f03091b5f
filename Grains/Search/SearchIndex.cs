using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Search;

/// <summary>
/// The texts of all entities, in order. A search passes over all of them, block by block at the speed of memory: at 100,000
/// routes a few milliseconds, without the upkeep that an index of parts of words would need. Single-threaded.
/// </summary>
internal sealed class SearchIndex(EntitySchemas schemas)
{
    private readonly SearchedKind[] kinds = [.. schemas.All.Select(schema => new SearchedKind(schema))];

    public long Revision { get; private set; }

    public void Apply(long revision, IReadOnlyList<EntityChange> changes)
    {
        foreach (EntityChange change in changes)
        {
            Array.Find(kinds, kind => kind.Kind == change.Kind)?.Apply(change);
        }

        Revision = revision;
    }

    public SearchPage Find(SearchQuery query)
    {
        var hits = new List<SearchHit>();
        int first = query.After is { } place ? Array.FindIndex(kinds, kind => kind.Kind == place.Kind) : 0;
        for (int at = Math.Max(first, 0); at < kinds.Length; at++)
        {
            if (query.Kind is not null && kinds[at].Kind != query.Kind)
            {
                continue;
            }

            Guid? after = query.After is { } last && at == first ? last.Id : null;
            foreach (SearchHit hit in kinds[at].Find(query.Text, after))
            {
                if (hits.Count == query.Size)
                {
                    return new SearchPage(Revision, [.. hits], new SearchPlace(hits[^1].Kind, hits[^1].Id));
                }

                hits.Add(hit);
            }
        }

        return new SearchPage(Revision, [.. hits], null);
    }
}
