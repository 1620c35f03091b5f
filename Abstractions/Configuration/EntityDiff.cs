namespace Mesh.Abstractions.Configuration;

/// <summary>One entity at two revisions: canonical JSON each, null where it did not exist.</summary>
[GenerateSerializer, Immutable, Alias("mesh.entity-diff")]
public sealed record EntityDiff(string Kind, Guid Id, byte[]? Before, byte[]? After);
