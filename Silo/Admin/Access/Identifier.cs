using System.Security.Cryptography;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Grains;
using Mesh.Silo.Admin.Access.ClientCertificates;
using Mesh.Silo.Admin.Access.Oidc;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Access;

/// <summary>
/// Finds out who asks. A credential that is shown must be good, on loopback too: a revoked token would otherwise open more than
/// it did. Without one, this machine's own callers pass where the settings let them.
/// </summary>
internal sealed class Identifier(AdminServices services)
{
    private readonly AdminSettings settings = services.Settings.Admin;
    private readonly byte[]? adminToken = services.Settings.Admin.Token is { } admin ? TokenText.Hash(admin) : null;
    private readonly byte[]? edgeToken = services.Settings.Admin.EdgeToken is { } edge ? TokenText.Hash(edge) : null;

    public async Task<Identification> Identify(HttpContext http, AdminPeer peer)
    {
        if (BearerToken.Of(http.Request) is { } token)
        {
            return await OfToken(token, peer);
        }

        if (settings.ClientCaFile is not null && http.Connection.ClientCertificate is { } certificate)
        {
            // Connections stay, and it may have been taken back since its handshake.
            if (services.Revocations is { } revocations && revocations.Revokes(certificate))
            {
                return Identification.Unknown("a certificate that was revoked");
            }

            return CertificateCaller.Of(certificate, settings.ClientRoles, peer) is { } known ? Identification.Of(known) : Identification.Unknown("a certificate that no rule gives a role");
        }

        return peer.IsTrustedBy(settings) ? Identification.Of(Caller.Local(peer)) : Identification.Unknown("no credential");
    }

    private async Task<Identification> OfToken(string token, AdminPeer peer)
    {
        byte[] hash = TokenText.Hash(token);
        if (Matches(adminToken, hash))
        {
            return Identification.Of(new Caller("admin", AccessRole.Admin, "admin token", peer));
        }

        if (Matches(edgeToken, hash))
        {
            return Identification.Of(new Caller("edge", AccessRole.Edge, "edge token", peer));
        }

        if (services.Oidc is { } oidc && OidcTokens.IsToken(token))
        {
            return await oidc.Identify(token, peer);
        }

        if (!token.StartsWith(TokenText.Prefix, StringComparison.Ordinal))
        {
            return Identification.Unknown("wrong token");
        }

        return await services.Grains.GetGrain<IAccessGrain>(IAccessGrain.Key).Find(hash) is { } known
            ? Identification.Of(new Caller(known.Name, known.Role, $"token {known.Name}", peer) { Workspace = known.Workspace, Tags = known.Tags })
            : Identification.Unknown("unknown or expired token");
    }

    private static bool Matches(byte[]? expected, byte[] hash) => expected is not null && CryptographicOperations.FixedTimeEquals(expected, hash);
}
