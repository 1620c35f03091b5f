using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Tls.ClientCertificates;

/// <summary>Whom a listener asks for a certificate, and which ones it believes.</summary>
/// <param name="authorities">The CA certificates of the snapshot that is current at that moment.</param>
internal sealed class ClientTrust(ListenerClientCertificate wanted, Func<ShardedMap<Guid, CaCertificate>> authorities)
{
    /// <summary>Null: whatever the client names, or nothing.</summary>
    private readonly NamePattern[]? names = wanted.Snis is { } snis ? [.. snis.Select(name => NamePattern.OfSni(name.ToLowerInvariant()))] : null;

    private volatile Anchors? anchors;

    /// <summary>Lists beside those that are configured, as they are at the moment; null for none.</summary>
    public Func<RevocationList[]>? MoreRevocations { get; init; }

    /// <summary>Null for a listener that asks nobody.</summary>
    public static ClientTrust? Of(ListenerClientCertificate? wanted, Func<ShardedMap<Guid, CaCertificate>> authorities) =>
        wanted is null or { Mode: ListenerClientCertificate.None } ? null : new ClientTrust(wanted, authorities);

    /// <summary>Whether clients of that server name are asked.</summary>
    public bool Asks(string? name) => names is null || (name is not null && Array.Exists(names, pattern => pattern.Matches(name.TrimEnd('.').ToLowerInvariant())));

    /// <summary>A request for a host that other clients are asked for than those of the connection's server name: 421, it needs a connection of its own.</summary>
    public bool Misdirects(string host, string? sni) => names is not null && Asks(host) != Asks(sni);

    /// <summary>The options of a handshake that asks. Costs milliseconds when the authorities have changed.</summary>
    public SslServerAuthenticationOptions Ask(SslServerAuthenticationOptions options)
    {
        Anchors trusted = Current();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = options.ServerCertificateContext,
            ApplicationProtocols = options.ApplicationProtocols,
            EnabledSslProtocols = options.EnabledSslProtocols,
            CipherSuitesPolicy = options.CipherSuitesPolicy,
            AllowRenegotiation = false,

            // A session made under another policy, or before a revocation, must not stand in for a certificate.
            AllowTlsResume = false,
            ClientCertificateRequired = true,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = trusted.Policy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accepts(certificate, chain, errors, trusted.Lists),
        };
    }

    private bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, RevocationList[] lists)
    {
        if (certificate is null)
        {
            return wanted.Mode == ListenerClientCertificate.Optional;
        }

        // Neither the leaf nor the root counts, as in OpenSSL.
        return errors == SslPolicyErrors.None && chain is not null && chain.ChainElements.Count - 2 <= wanted.Depth
            && !chain.ChainElements.Any(element => IsIn(lists, element) || IsIn(MoreRevocations?.Invoke() ?? [], element));

        static bool IsIn(RevocationList[] lists, X509ChainElement element) => Array.Exists(lists, list => list.Revokes(element.Certificate));
    }

    private Anchors Current()
    {
        ShardedMap<Guid, CaCertificate> now = authorities();
        if (anchors is { } known && ReferenceEquals(known.Of, now))
        {
            return known;
        }

        X509Certificate2Collection roots = [];
        foreach (Guid id in wanted.CaCertificates)
        {
            // One that is gone, or cannot be read, is one less to believe.
            if (now.TryGetValue(id, out CaCertificate? authority) && Read(authority) is { } root)
            {
                roots.Add(root);
            }
        }

        return anchors = new Anchors(now, roots, [.. (wanted.Crl ?? []).Select(RevocationList.Read)]);
    }

    private static X509Certificate2? Read(CaCertificate authority)
    {
        try
        {
            return X509Certificate2.CreateFromPem(authority.Cert);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Anchors(ShardedMap<Guid, CaCertificate> Of, X509Certificate2Collection Roots, RevocationList[] Lists)
    {
        /// <summary>Nothing is fetched for a client: what it does not send is not there.</summary>
        public X509ChainPolicy Policy()
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.AddRange(Roots);
            return policy;
        }
    }
}
