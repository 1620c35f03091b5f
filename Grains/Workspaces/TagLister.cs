using Mesh.Abstractions.Configuration;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>Pages of tags, read off the kinds' tag indexes; the cost is that of the page.</summary>
internal static class TagLister
{
    public static (List<TagPlace> Places, TagPlace? Next) Page(IReadOnlyList<KindTable> tables, TagQuery query)
    {
        var size = Math.Clamp(query.Size, 1, EntityLister.MaxSize);
        var page = new List<TagPlace>();
        foreach (var place in From(tables, query))
        {
            if (page.Count == size)
            {
                return (page, page[^1]);
            }

            page.Add(place);
        }

        return (page, null);
    }

    private static IEnumerable<TagPlace> From(IReadOnlyList<KindTable> tables, TagQuery query)
    {
        // A kind that is not known (any more) starts again from the first.
        var start = query.After is { } after ? Math.Max(0, IndexOf(tables, after.Kind)) : 0;
        for (var at = start; at < tables.Count; at++)
        {
            var kind = tables[at].Schema.Kind;
            var resumed = query.After is { } place && place.Kind == kind ? new TagKey(place.Tag, place.Id) : (TagKey?)null;
            var keys = tables[at].Tags(resumed ?? new TagKey(query.Tag ?? "", default));
            if (query.Tag is { } only)
            {
                keys = keys.TakeWhile(key => key.Tag == only);
            }

            foreach (var key in keys)
            {
                if (key != resumed)
                {
                    yield return new TagPlace(kind, key.Tag, key.Id);
                }
            }
        }
    }

    private static int IndexOf(IReadOnlyList<KindTable> tables, string kind)
    {
        for (var i = 0; i < tables.Count; i++)
        {
            if (tables[i].Schema.Kind == kind)
            {
                return i;
            }
        }

        return -1;
    }
}
