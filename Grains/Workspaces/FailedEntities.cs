namespace Mesh.Grains.Workspaces;

/// <summary>
/// Entities of the request that are at fault. What refers to them is not reported too: their own problem is the one to mend.
/// </summary>
internal sealed class FailedEntities
{
    private readonly Dictionary<(string Kind, string Key), Guid> byKey = [];
    private readonly HashSet<(string Kind, Guid Id)> ids = [];

    /// <param name="keys">Id and endpoint key, as far as they can be read.</param>
    public void Add(string kind, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            var id = Guid.TryParseExact(key, "D", out var given) ? given : DerivedId.Of(kind, key);
            byKey[(kind, given == id ? id.ToString("D") : key)] = id;
            ids.Add((kind, id));
        }
    }

    /// <summary>The id under which an entity at fault is referred to.</summary>
    public Guid? Find(string kind, string key) => byKey.TryGetValue((kind, key), out var id) ? id : null;

    public bool Contains(string kind, Guid id) => ids.Contains((kind, id));
}
