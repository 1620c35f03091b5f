using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mesh.Grains.Search;

/// <summary>Some neighbours in the order of ids, and all their texts as one, so that most searches pass them over at once.</summary>
internal sealed class SearchBlock
{
    /// <summary>Entities; a full block is halved.</summary>
    public const int MaxEntities = 256;

    /// <summary>Stands between texts and in none that is searched for within one value.</summary>
    private const char Between = '\n';

    private readonly List<Guid> ids = [];
    private readonly List<SearchedEntity> entities = [];
    private string? folded;

    public Guid First => ids[0];

    public int Count => ids.Count;

    public IReadOnlyList<Guid> Ids => ids;

    public SearchedEntity this[int index] => entities[index];

    /// <summary>The form in which texts are compared, whatever their case; as long as the text itself.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    public void Put(Guid id, SearchedEntity entity)
    {
        int at = ids.BinarySearch(id);
        if (at >= 0)
        {
            entities[at] = entity;
        }
        else
        {
            ids.Insert(~at, id);
            entities.Insert(~at, entity);
        }

        folded = null;
    }

    public void Remove(Guid id)
    {
        int at = ids.BinarySearch(id);
        if (at >= 0)
        {
            ids.RemoveAt(at);
            entities.RemoveAt(at);
            folded = null;
        }
    }

    /// <summary>False: none of the texts contains it.</summary>
    public bool MayContain(string foldedText) => (folded ??= Join()).Contains(foldedText, StringComparison.Ordinal);

    /// <summary>Index of the first entity from <paramref name="id"/> on.</summary>
    public int From(Guid id)
    {
        int at = ids.BinarySearch(id);
        return at < 0 ? ~at : at;
    }

    /// <summary>Gives the upper half away when the block is full.</summary>
    public bool TrySplit([NotNullWhen(true)] out SearchBlock? upper)
    {
        upper = null;
        if (ids.Count <= MaxEntities)
        {
            return false;
        }

        const int Half = MaxEntities / 2;
        upper = new SearchBlock();
        upper.ids.AddRange(ids.Skip(Half));
        upper.entities.AddRange(entities.Skip(Half));
        ids.RemoveRange(Half, ids.Count - Half);
        entities.RemoveRange(Half, entities.Count - Half);
        folded = null;
        return true;
    }

    private string Join()
    {
        var text = new StringBuilder();
        foreach (SearchedEntity entity in entities)
        {
            foreach (var value in entity.Values)
            {
                text.Append(value.Value).Append(Between);
            }
        }

        return Fold(text.ToString());
    }
}
