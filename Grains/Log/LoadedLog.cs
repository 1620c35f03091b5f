using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>A workspace as it lies in the store: the entities at <see cref="SnapshotRevision"/> and every commit after.</summary>
internal sealed record LoadedLog(long SnapshotRevision, IReadOnlyList<EntityChange> Snapshot, IReadOnlyList<Commit> Tail)
{
    public long Revision => Tail.Count == 0 ? SnapshotRevision : Tail[^1].Revision;
}
