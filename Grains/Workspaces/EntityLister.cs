using Mesh.Abstractions.Configuration;
using Mesh.Grains.Validation;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>Pages of entities in the order of their ids; the cost is that of the page, not of the workspace.</summary>
internal static class EntityLister
{
    public const int MaxSize = 1000;

    /// <summary>Null when the parent does not exist.</summary>
    public static (List<Guid> Ids, Guid? Next)? Page(WorkspaceView view, KindView kind, ListQuery query)
    {
        (int Foreign, Guid Id)? parent = null;
        if (query.Parent is { } named)
        {
            if (!WorkspaceView.Accepts(kind, named) || view.LocateParent(named) is not { } id)
            {
                return null;
            }

            parent = (WorkspaceView.ForeignIndex(kind, named.Field), id);
        }

        var size = Math.Clamp(query.Size, 1, MaxSize);
        var page = new List<Guid>();
        foreach (var id in Candidates(kind.Table, query, parent))
        {
            if (id == query.After || !Matches(kind.Table, id, query, parent))
            {
                continue;
            }

            if (page.Count == size)
            {
                return (page, page[^1]);
            }

            page.Add(id);
        }

        return (page, null);
    }

    /// <summary>The narrowest index that holds every match, from the query's place on.</summary>
    private static IEnumerable<Guid> Candidates(KindTable table, ListQuery query, (int Foreign, Guid Id)? parent)
    {
        var first = query.After ?? default;
        foreach (var match in query.Where ?? [])
        {
            if (table.Layout.FindUnique(match.Field) is >= 0 and var constraint)
            {
                return table.FindUnique(constraint, match.Value) is { } id && id.CompareTo(first) >= 0 ? [id] : [];
            }
        }

        if (parent is { } owner)
        {
            return table.Children(owner.Foreign, owner.Id, first);
        }

        return query.Tags switch
        {
            null or [] => table.Ids.From(first),
            [var only] => table.Tagged(only, first),
            [var one, ..] when query.AllTags => table.Tagged(one, first),
            var any => Merge(table, any, first),
        };
    }

    private static bool Matches(KindTable table, Guid id, ListQuery query, (int Foreign, Guid Id)? parent)
    {
        if (query.Tags is not { Length: > 0 } && query.Where is not { Length: > 0 })
        {
            return true;
        }

        var document = table.Find(id)!;
        var keys = table.Layout.Read(document);
        if (parent is { } owner && keys.Foreign[owner.Foreign] != owner.Id)
        {
            return false;
        }

        if (query.Tags is { Length: > 0 } tags && !(query.AllTags ? Array.TrueForAll(tags, keys.Tags.Contains) : Array.Exists(tags, keys.Tags.Contains)))
        {
            return false;
        }

        return query.Where is not { Length: > 0 } where || HasValues(document, where);
    }

    private static bool HasValues(byte[] document, FieldMatch[] where)
    {
        var entity = JsonBody.Parse(document, out _)!;
        return Array.TrueForAll(where, match => entity[match.Field] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out var text) && text == match.Value);
    }

    /// <summary>Ids under any of the tags, in order, each once.</summary>
    private static IEnumerable<Guid> Merge(KindTable table, string[] tags, Guid first)
    {
        var cursors = tags.Distinct().Select(tag => table.Tagged(tag, first).GetEnumerator()).Where(cursor => cursor.MoveNext()).ToList();
        while (cursors.Count > 0)
        {
            var least = cursors.Min(cursor => cursor.Current);
            yield return least;
            cursors.RemoveAll(cursor => cursor.Current == least && !cursor.MoveNext());
        }
    }
}
