namespace Mesh.Grains.Traffic;

/// <summary>Keys of grains that stand for one entity: <c>workspace/id</c>.</summary>
internal static class EntityGrainKey
{
    public static (string Workspace, Guid Id) Split(string key)
    {
        int slash = key.LastIndexOf('/');
        return slash > 0 && Guid.TryParse(key.AsSpan(slash + 1), out Guid id)
            ? (key[..slash], id)
            : throw new ArgumentException($"'{key}' is not of the form workspace/id", nameof(key));
    }
}
