namespace Mesh.Abstractions.Configuration;

/// <summary>How an entity must stand for a commit to be made.</summary>
/// <param name="Key">Id or endpoint key.</param>
/// <param name="Tags">Its entity tag is one of these; empty: it exists.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-condition")]
public sealed record EntityCondition(string Kind, string Key, EntityParent? Parent, string[] Tags);
