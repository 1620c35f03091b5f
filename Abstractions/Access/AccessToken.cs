namespace Mesh.Abstractions.Access;

/// <summary>
/// A token of the Admin API, without the token itself. It is 256 random bits, so a plain SHA-256 of it cannot be reversed: slow
/// hashes protect what people choose, and would only make every request slow.
/// </summary>
/// <param name="Name">Unique; what history and audit call the caller.</param>
/// <param name="Hash">SHA-256 of the token's text, 32 bytes.</param>
/// <param name="CreatedBy">Name of the caller who made it.</param>
/// <param name="ExpiresAt">It counts no more from here on; null: until it is revoked.</param>
/// <param name="Workspace">The only workspace that it is good for; null: all, and the node itself.</param>
/// <param name="Tags">Only entities that bear one of these; empty: all.</param>
/// <param name="LastUsedAt">To a minute; null: never.</param>
[GenerateSerializer, Immutable, Alias("mesh.access-token")]
public sealed record AccessToken(
    Guid Id,
    string Name,
    AccessRole Role,
    byte[] Hash,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    string? Workspace,
    string[] Tags,
    DateTimeOffset? LastUsedAt = null);
