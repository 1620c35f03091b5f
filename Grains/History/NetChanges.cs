using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Grains.History;

/// <summary>What a run of commits comes to: for each entity the first state and the last.</summary>
internal sealed class NetChanges
{
    private readonly Dictionary<EntityKey, (byte[]? Before, byte[]? After)> entities = [];

    /// <summary>A commit was stored without what it replaced: the sum is not known.</summary>
    public bool IsBroken { get; private set; }

    /// <param name="entry">Successor of the one before.</param>
    public void Add(LogEntry entry)
    {
        EntityChange[] changes = entry.Commit.Changes;
        if (entry.Previous.Length != changes.Length)
        {
            IsBroken = true;
            return;
        }

        for (int i = 0; i < changes.Length; i++)
        {
            var key = new EntityKey(changes[i].Kind, changes[i].Id);
            byte[]? before = entities.TryGetValue(key, out (byte[]? Before, byte[]? After) earlier) ? earlier.Before : entry.Previous[i].Document;
            entities[key] = (before, changes[i].Document);
        }
    }

    /// <summary>Forward: from the first state to the last; else the way back.</summary>
    public EntityDiff[] ToArray(bool forward) =>
    [
        .. entities
            .Where(entity => !Same(entity.Value.Before, entity.Value.After))
            .Select(entity => forward
                ? new EntityDiff(entity.Key.Kind, entity.Key.Id, entity.Value.Before, entity.Value.After)
                : new EntityDiff(entity.Key.Kind, entity.Key.Id, entity.Value.After, entity.Value.Before)),
    ];

    private static bool Same(byte[]? one, byte[]? other) =>
        one is null || other is null ? one is null && other is null : one.AsSpan().SequenceEqual(other);
}
