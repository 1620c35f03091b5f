using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>
/// Ids for entities that come without one. In a whole document they must be the same every time it is applied: the id of the
/// entity that already has the same unique values, else one derived from these values, else one derived from the content.
/// </summary>
internal sealed class DocumentIds(bool wholeDocument)
{
    /// <param name="document">Canonical, its id still null.</param>
    public Guid For(KindView kind, byte[] document)
    {
        if (!wholeDocument)
        {
            return Guid.NewGuid();
        }

        var keys = kind.Layout.Read(document);
        for (var i = 0; i < keys.Unique.Length; i++)
        {
            if (keys.Unique[i] is { } value && kind.Table.FindUnique(i, value) is { } known && !kind.Planned.ContainsKey(known))
            {
                return known;
            }
        }

        for (var i = 0; i < keys.Unique.Length; i++)
        {
            if (keys.Unique[i] is { } value)
            {
                return DerivedId.Of(kind.Schema.Kind, $"{string.Join(',', kind.Layout.Unique[i])}={value}");
            }
        }

        return FromContent(kind, document);
    }

    /// <summary>Equal twins are told apart by their number.</summary>
    private static Guid FromContent(KindView kind, byte[] document)
    {
        for (var ordinal = 1; ; ordinal++)
        {
            var id = DerivedId.Of(kind.Schema.Kind, document, ordinal);
            if (!kind.Planned.ContainsKey(id))
            {
                return id;
            }
        }
    }
}
