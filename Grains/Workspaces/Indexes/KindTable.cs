using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Workspaces.Indexes;

/// <summary>All entities of one kind: documents by id, and indexes that are kept by what each document says of itself.</summary>
internal sealed class KindTable
{
    private readonly Dictionary<Guid, byte[]> documents = [];
    private readonly Dictionary<string, Guid>[] unique;
    private readonly SortedKeys<ChildKey>[] children;
    private readonly SortedKeys<TagKey> tags = new();

    public KindTable(EntitySchema schema)
    {
        Schema = schema;
        Layout = new IndexLayout(schema);
        unique = [.. Layout.Unique.Select(_ => new Dictionary<string, Guid>(StringComparer.Ordinal))];
        children = [.. Layout.Foreign.Select(_ => new SortedKeys<ChildKey>())];
    }

    public EntitySchema Schema { get; }

    public IndexLayout Layout { get; }

    public SortedKeys<Guid> Ids { get; } = new();

    /// <summary>Of the documents together.</summary>
    public long DocumentBytes { get; private set; }

    public byte[]? Find(Guid id) => documents.GetValueOrDefault(id);

    public bool Contains(Guid id) => documents.ContainsKey(id);

    /// <param name="constraint">Index in <see cref="IndexLayout.Unique"/>.</param>
    public Guid? FindUnique(int constraint, string value) => unique[constraint].TryGetValue(value, out var id) ? id : null;

    /// <summary>Ids of the entities whose foreign field refers to <paramref name="parent"/>, from <paramref name="first"/> on, in order.</summary>
    /// <param name="foreign">Index in <see cref="IndexLayout.Foreign"/>.</param>
    public IEnumerable<Guid> Children(int foreign, Guid parent, Guid first = default) => children[foreign]
        .From(new ChildKey(parent, first))
        .TakeWhile(key => key.Parent == parent)
        .Select(key => key.Child);

    public IEnumerable<Guid> Tagged(string tag, Guid first = default) => tags
        .From(new TagKey(tag, first))
        .TakeWhile(key => key.Tag == tag)
        .Select(key => key.Id);

    /// <summary>Every tag of every entity from <paramref name="first"/> (inclusive) on, by tag and then by id.</summary>
    public IEnumerable<TagKey> Tags(TagKey first) => tags.From(first);

    public void Put(Guid id, byte[] document)
    {
        var keys = Layout.Read(document);
        if (documents.TryGetValue(id, out var old))
        {
            DocumentBytes -= old.Length;
            RemoveKeys(id, Layout.Read(old));
        }
        else
        {
            Ids.Add(id);
        }

        documents[id] = document;
        DocumentBytes += document.Length;
        for (var i = 0; i < unique.Length; i++)
        {
            if (keys.Unique[i] is { } value)
            {
                unique[i][value] = id;
            }
        }

        for (var i = 0; i < children.Length; i++)
        {
            if (keys.Foreign[i] is { } parent)
            {
                children[i].Add(new ChildKey(parent, id));
            }
        }

        foreach (var tag in keys.Tags)
        {
            tags.Add(new TagKey(tag, id));
        }
    }

    public void Remove(Guid id)
    {
        if (documents.Remove(id, out var document))
        {
            Ids.Remove(id);
            DocumentBytes -= document.Length;
            RemoveKeys(id, Layout.Read(document));
        }
    }

    /// <summary>A value that another entity took over meanwhile (two names swapped in one commit) stays with its new owner.</summary>
    private void RemoveKeys(Guid id, IndexedKeys keys)
    {
        for (var i = 0; i < unique.Length; i++)
        {
            if (keys.Unique[i] is { } value && unique[i].TryGetValue(value, out var owner) && owner == id)
            {
                unique[i].Remove(value);
            }
        }

        for (var i = 0; i < children.Length; i++)
        {
            if (keys.Foreign[i] is { } parent)
            {
                children[i].Remove(new ChildKey(parent, id));
            }
        }

        foreach (var tag in keys.Tags)
        {
            tags.Remove(new TagKey(tag, id));
        }
    }
}
