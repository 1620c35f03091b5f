namespace Mesh.Abstractions.Configuration;

/// <summary>What history lists of a commit: everything but the documents.</summary>
/// <param name="Changes">Number of entities that it changed.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit-header")]
public sealed record CommitHeader(long Revision, Guid OperationId, DateTimeOffset Time, CommitAuthor Author, string Summary, int Changes);
