using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Search;

/// <summary>The entities of one kind, in blocks in the order of their ids: a change costs its block, a search the texts.</summary>
internal sealed class SearchedKind(EntitySchema schema)
{
    private readonly Field[] searched = SearchedFields.Of(schema);
    private readonly List<SearchBlock> blocks = [];

    public string Kind => schema.Kind;

    public void Apply(EntityChange change)
    {
        int at = BlockOf(change.Id);
        if (change.IsDelete)
        {
            if (at >= 0)
            {
                blocks[at].Remove(change.Id);
                if (blocks[at].Count == 0)
                {
                    blocks.RemoveAt(at);
                }
            }

            return;
        }

        if (blocks.Count == 0)
        {
            blocks.Add(new SearchBlock());
        }

        at = Math.Max(at, 0);
        blocks[at].Put(change.Id, SearchedEntity.Of(schema, searched, change.Document));
        if (blocks[at].TrySplit(out SearchBlock? upper))
        {
            blocks.Insert(at + 1, upper);
        }
    }

    /// <param name="after">Behind this id; null: from the first.</param>
    public IEnumerable<SearchHit> Find(string text, Guid? after)
    {
        string folded = SearchBlock.Fold(text);
        IdRange.TryRead(text, out IdRange? range);
        for (int at = Math.Max(0, after is { } last ? BlockOf(last) : 0); at < blocks.Count; at++)
        {
            SearchBlock block = blocks[at];
            bool inTexts = block.MayContain(folded);
            bool inIds = range is not null && block.Ids[0].CompareTo(range.Last) <= 0 && block.Ids[^1].CompareTo(range.First) >= 0;
            for (int i = after is { } behind ? block.From(behind) : 0; (inTexts || inIds) && i < block.Count; i++)
            {
                Guid id = block.Ids[i];
                SearchMatch[] matches = inTexts ? block[i].Matches(text) : [];
                if (inIds && range!.Contains(id))
                {
                    matches = [new SearchMatch("id", id.ToString("D")), .. matches];
                }

                if (id != after && matches.Length > 0)
                {
                    yield return new SearchHit(schema.Kind, id, block[i].Name, matches);
                }
            }
        }
    }

    /// <summary>The last block that starts at or before the id; -1 when the id stands before all.</summary>
    private int BlockOf(Guid id)
    {
        int low = 0, high = blocks.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (blocks[middle].First.CompareTo(id) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
