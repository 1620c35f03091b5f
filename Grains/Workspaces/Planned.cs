using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>One entity as planned.</summary>
/// <param name="Document">Null: deleted.</param>
/// <param name="Mutation">The last mutation that concerned the entity; -1: none named it.</param>
internal sealed record Planned(byte[]? Document, IndexedKeys? Keys, int Mutation);
