using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Configuration;

/// <summary>Children by parent, kept up to date from a list of changed children.</summary>
internal static class ChildIndex
{
    public static ShardedMap<Guid, ImmutableHashSet<Guid>> Apply<T>(
        ShardedMap<Guid, ImmutableHashSet<Guid>> origin, List<Changed<T>> changes, Func<T, Guid?> parentOf)
        where T : class
    {
        Dictionary<Guid, ImmutableHashSet<Guid>.Builder> edits = [];
        foreach (Changed<T> change in changes)
        {
            Guid? before = change.Before is null ? null : parentOf(change.Before);
            Guid? after = change.After is null ? null : parentOf(change.After);
            if (before == after)
            {
                continue;
            }

            if (before is { } left)
            {
                Edit(left).Remove(change.Id);
            }

            if (after is { } joined)
            {
                Edit(joined).Add(change.Id);
            }
        }

        ShardedMap<Guid, ImmutableHashSet<Guid>>.Builder index = origin.ToBuilder();
        foreach ((Guid parent, ImmutableHashSet<Guid>.Builder children) in edits)
        {
            if (children.Count == 0)
            {
                index.Remove(parent);
            }
            else
            {
                index[parent] = children.ToImmutable();
            }
        }

        return index.Build();

        ImmutableHashSet<Guid>.Builder Edit(Guid parent) =>
            CollectionsMarshal.GetValueRefOrAddDefault(edits, parent, out _) ??= (origin.GetValueOrDefault(parent) ?? []).ToBuilder();
    }
}
