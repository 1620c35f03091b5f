namespace Mesh.Edge.Configuration;

/// <summary>What names an entity within a workspace.</summary>
internal readonly record struct EntityKey(string Kind, Guid Id);
