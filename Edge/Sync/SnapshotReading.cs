using Mesh.Abstractions.Configuration;

namespace Mesh.Edge.Sync;

/// <summary>The whole workspace as it stood at <paramref name="Revision"/>.</summary>
internal sealed record SnapshotReading(long Revision, IReadOnlyList<EntityChange[]> Pages);
