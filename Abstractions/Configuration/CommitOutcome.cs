namespace Mesh.Abstractions.Configuration;

public enum CommitStatus
{
    /// <summary>Durable at <see cref="CommitOutcome.Revision"/>.</summary>
    Committed,

    /// <summary>Everything was already as wanted (or this was a dry run): the revision stands.</summary>
    Unchanged,

    /// <summary>At least one problem; nothing changed.</summary>
    Rejected,

    /// <summary><see cref="CommitRequest.IfRevision"/> or <see cref="CommitRequest.IfEntity"/> does not hold.</summary>
    Stale,
}

/// <param name="Revision">Revision after the request.</param>
/// <param name="Results">One per mutation, in order; empty when rejected.</param>
/// <param name="Problems">All that is wrong, in the order of the mutations.</param>
/// <param name="Changes">What was (or, dry, would be) committed; only filled for dry runs, documents and when asked for.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit-outcome")]
public sealed record CommitOutcome(CommitStatus Status, long Revision, EntityResult[] Results, EntityProblem[] Problems, EntityChange[] Changes)
{
    /// <summary>Parallel to <see cref="Changes"/>: each entity as it stood before, with a null document when it was absent.</summary>
    [Id(100)]
    public EntityChange[] Previous { get; init; } = [];
}

/// <summary>What became of one mutation.</summary>
/// <param name="Created">The entity did not exist before.</param>
/// <param name="Existed">For Delete: the entity existed.</param>
/// <param name="Document">Canonical JSON after the change; null after Delete.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-result")]
public sealed record EntityResult(string Kind, Guid Id, bool Created, bool Existed, byte[]? Document);
