namespace Mesh.Abstractions.Access;

/// <summary>A page of the audit, newest first. All conditions must hold; null ones do not matter.</summary>
/// <param name="Before">Only records with a lower sequence.</param>
/// <param name="Size">1 … 1000 records.</param>
[GenerateSerializer, Immutable, Alias("mesh.audit-query")]
public sealed record AuditQuery(
    long? Before = null,
    int Size = 100,
    bool? Denied = null,
    string? Name = null,
    string? Address = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null);

/// <param name="Next">Continue before this sequence; null when there is no more.</param>
[GenerateSerializer, Immutable, Alias("mesh.audit-page")]
public sealed record AuditPage(AuditRecord[] Records, long? Next);
