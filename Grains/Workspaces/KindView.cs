using Mesh.Abstractions.Schemas;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>The entities of one kind as they would stand after what was planned so far; the table beneath is not touched.</summary>
internal sealed class KindView(KindTable table)
{
    private readonly Dictionary<Guid, Planned> planned = [];
    /// <summary>Per foreign field: parent → entities that were planned below it at any time.</summary>
    private readonly Dictionary<Guid, HashSet<Guid>>[] children = [.. table.Layout.Foreign.Select(_ => new Dictionary<Guid, HashSet<Guid>>())];

    private readonly Dictionary<string, Guid>[] unique = [.. table.Layout.Unique.Select(_ => new Dictionary<string, Guid>(StringComparer.Ordinal))];

    public KindTable Table => table;

    public EntitySchema Schema => table.Schema;

    public IndexLayout Layout => table.Layout;

    /// <summary>What was planned, each entity once.</summary>
    public IReadOnlyDictionary<Guid, Planned> Planned => planned;

    public byte[]? Find(Guid id) => planned.TryGetValue(id, out var change) ? change.Document : table.Find(id);

    /// <param name="constraint">Index in <see cref="IndexLayout.Unique"/>.</param>
    public Guid? FindUnique(int constraint, string value)
    {
        if (unique[constraint].TryGetValue(value, out var id) && planned[id].Keys?.Unique[constraint] == value)
        {
            return id;
        }

        return table.FindUnique(constraint, value) is { } stored && !planned.ContainsKey(stored) ? stored : null;
    }

    /// <param name="foreign">Index in <see cref="IndexLayout.Foreign"/>.</param>
    public List<Guid> Children(int foreign, Guid parent)
    {
        var found = table.Children(foreign, parent).Where(id => !planned.ContainsKey(id)).ToList();
        if (children[foreign].TryGetValue(parent, out var below))
        {
            found.AddRange(below.Where(id => planned[id].Keys?.Foreign[foreign] == parent));
        }

        return found;
    }

    /// <param name="document">Null deletes.</param>
    public void Set(Guid id, byte[]? document, int mutation)
    {
        var keys = document is null ? null : Layout.Read(document);
        planned[id] = new Planned(document, keys, mutation);
        for (var i = 0; i < unique.Length; i++)
        {
            if (keys?.Unique[i] is { } value)
            {
                unique[i][value] = id;
            }
        }

        for (var i = 0; i < children.Length; i++)
        {
            if (keys?.Foreign[i] is { } parent)
            {
                if (!children[i].TryGetValue(parent, out var below))
                {
                    children[i][parent] = below = [];
                }

                below.Add(id);
            }
        }
    }
}
