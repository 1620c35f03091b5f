namespace Mesh.Abstractions.Configuration;

/// <summary>Several mutations that take effect together or not at all.</summary>
/// <param name="OperationId">Repeating a request with the same id gives the first one's outcome and no second commit.</param>
/// <param name="IfRevision">The commit is refused as stale unless the workspace stands at this revision.</param>
/// <param name="ReplaceAll">The mutations (all <see cref="MutationVerb.Put"/>) are the whole configuration: every other entity is deleted.</param>
/// <param name="DryRun">Validate and answer the changes, commit nothing.</param>
/// <param name="IfEntity">The commit is refused as stale unless this holds where the commit would be made.</param>
/// <param name="WantChanges">Answer the changes also when they are committed.</param>
/// <param name="OnlyTags">The writer is bound to entities that bear one of these; null or empty: to none.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit-request")]
public sealed record CommitRequest(
    Guid OperationId,
    CommitAuthor Author,
    string Summary,
    Mutation[] Mutations,
    long? IfRevision = null,
    bool ReplaceAll = false,
    bool DryRun = false,
    EntityCondition? IfEntity = null,
    bool WantChanges = false,
    string[]? OnlyTags = null);
