namespace Mesh.Abstractions.Access;

/// <summary>A write or a refused attempt at the Admin API. Never holds a secret, nor a path's keys, which may be credentials.</summary>
/// <param name="Sequence">Rises by one over all records; given by the grain that keeps them.</param>
/// <param name="Denied">Refused for want of a right; otherwise a write, whatever became of it.</param>
/// <param name="Name">Who, as far as it was known.</param>
/// <param name="Address">From where; null for a unix socket.</param>
/// <param name="Credential">Through what, such as <c>token ci</c>; null when none counted.</param>
/// <param name="Path">The path's template, such as <c>/services/{service}</c>; null for a path that does not exist.</param>
/// <param name="Revision">Where the workspace stood after a write.</param>
/// <param name="Reason">Why it was refused.</param>
[GenerateSerializer, Immutable, Alias("mesh.audit-record")]
public sealed record AuditRecord(
    long Sequence,
    DateTimeOffset Time,
    bool Denied,
    string? Name,
    AccessRole? Role,
    string? Address,
    string? Credential,
    string Method,
    string? Path,
    int Status,
    long? Revision,
    string? Reason);
