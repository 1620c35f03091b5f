using Mesh.Abstractions.Access;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>The tokens of the Admin API (key: <see cref="Key"/>). Asked for each request, so that what was revoked is refused at once by all silos.</summary>
[Alias("mesh.IAccessGrain")]
public interface IAccessGrain : IGrainWithIntegerKey
{
    const long Key = 0;

    /// <summary>An answer <see cref="TokenCreation.Created"/> means durable; a token that is there already, hash and all, is created too.</summary>
    [Alias("Create")]
    Task<TokenCreation> Create(AccessToken token);

    /// <summary>By name; expired ones too.</summary>
    [Alias("List"), AlwaysInterleave]
    Task<AccessToken[]> List();

    /// <returns>What was revoked; null when there was no such token.</returns>
    [Alias("Revoke")]
    Task<AccessToken?> Revoke(Guid id);

    /// <summary>The token with this hash, unless it has expired; notes that it was used.</summary>
    [Alias("Find"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<AccessToken?> Find(byte[] hash);
}
