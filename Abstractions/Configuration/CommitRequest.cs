namespace Mesh.Abstractions.Configuration;

/// <summary>Several mutations that take effect together or not at all.</summary>
/// <param name="OperationId">Repeating a request with the same id gives the first one's outcome and no second commit.</param>
/// <param name="IfRevision">The commit is refused as stale unless the workspace stands at this revision.</param>
/// <param name="ReplaceAll">The mutations (all <see cref="MutationVerb.Put"/>) are the whole configuration: every other entity is deleted.</param>
/// <param name="DryRun">Validate and answer the changes, commit nothing.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit-request")]
public sealed record CommitRequest(
    Guid OperationId,
    CommitAuthor Author,
    string Summary,
    Mutation[] Mutations,
    long? IfRevision = null,
    bool ReplaceAll = false,
    bool DryRun = false);
