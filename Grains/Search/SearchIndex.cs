using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Search;

/// <summary>
/// The texts of all entities, in order. A search looks at each: at 100,000 routes that takes some tens of milliseconds and
/// needs no upkeep beyond the texts themselves. Single-threaded.
/// </summary>
internal sealed class SearchIndex(EntitySchemas schemas)
{
    private readonly Kind[] kinds = [.. schemas.All.Select(schema => new Kind(schema))];

    public long Revision { get; private set; }

    public void Apply(long revision, IReadOnlyList<EntityChange> changes)
    {
        foreach (EntityChange change in changes)
        {
            Array.Find(kinds, kind => kind.Schema.Kind == change.Kind)?.Apply(change);
        }

        Revision = revision;
    }

    public SearchPage Find(SearchQuery query)
    {
        var hits = new List<SearchHit>();
        int first = query.After is { } place ? Array.FindIndex(kinds, kind => kind.Schema.Kind == place.Kind) : 0;
        for (int at = Math.Max(first, 0); at < kinds.Length; at++)
        {
            if (query.Kind is not null && kinds[at].Schema.Kind != query.Kind)
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

    private sealed class Kind(EntitySchema schema)
    {
        private readonly Field[] searched = SearchedFields.Of(schema);
        private readonly Dictionary<Guid, SearchedEntity> entities = [];
        private readonly SortedKeys<Guid> ids = new();

        public EntitySchema Schema => schema;

        public void Apply(EntityChange change)
        {
            if (change.IsDelete)
            {
                entities.Remove(change.Id);
                ids.Remove(change.Id);
            }
            else
            {
                entities[change.Id] = SearchedEntity.Of(schema, searched, change.Document);
                ids.Add(change.Id);
            }
        }

        public IEnumerable<SearchHit> Find(string text, Guid? after)
        {
            foreach (Guid id in ids.From(after ?? default))
            {
                SearchedEntity entity = entities[id];
                if (id != after && (entity.Contains(text) || SearchedEntity.IsId(id, text)))
                {
                    yield return new SearchHit(schema.Kind, id, entity.Name, entity.Matches(id, text));
                }
            }
        }
    }
}
