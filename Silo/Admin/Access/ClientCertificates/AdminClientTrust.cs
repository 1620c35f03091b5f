using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Tls.ClientCertificates;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Access.ClientCertificates;

/// <summary>
/// Asks the Admin API's clients for a certificate as a listener does. None is fine, for there are other credentials; one that the
/// authority did not issue for clients ends the handshake.
/// </summary>
internal static class AdminClientTrust
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <returns>Null when no authority is named.</returns>
    /// <exception cref="StartRefusedException">Its file cannot be used.</exception>
    public static ClientTrust? Of(AdminSettings settings, RevocationFile? revocations)
    {
        if (settings.ClientCaFile is not { } file)
        {
            return null;
        }

        X509Certificate2Collection authorities = PemAuthorities.Load("MESH_ADMIN_CLIENT_CA", file, ClientAuthentication).CustomTrustStore;
        ShardedMap<Guid, CaCertificate>.Builder byId = ShardedMap<Guid, CaCertificate>.Create().ToBuilder();
        foreach (X509Certificate2 authority in authorities)
        {
            CaCertificate known = new() { Id = Guid.NewGuid(), Cert = authority.ExportCertificatePem() };
            byId[known.Id] = known;
        }

        ShardedMap<Guid, CaCertificate> all = byId.Build();
        ListenerClientCertificate wanted = new() { Mode = ListenerClientCertificate.Optional, CaCertificates = [.. all.Values.Select(authority => authority.Id)] };
        return new ClientTrust(wanted, () => all) { MoreRevocations = revocations is null ? null : revocations.Current };
    }
}
