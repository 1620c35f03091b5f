namespace Mesh.Grains.Workspaces.Indexes;

/// <summary>The indexed values of one document.</summary>
/// <param name="Unique">Per constraint of the layout; null: does not take part.</param>
/// <param name="Foreign">Per foreign field of the layout.</param>
internal sealed record IndexedKeys(string?[] Unique, Guid?[] Foreign, string[] Tags);
