using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Edge.Forwarding;

/// <summary>How TLS to an upstream is made: what is presented, what is believed.</summary>
internal sealed record UpstreamTls
{
    /// <summary>Kong's <c>tls_verify</c>; off unless asked for.</summary>
    public bool Verify { get; init; }

    /// <summary>Intermediate certificates allowed between the leaf and the trusted root; null for no limit.</summary>
    public int? VerifyDepth { get; init; }

    /// <summary>PEM of the roots to believe; null for the system's.</summary>
    public string? Roots { get; init; }

    /// <summary>PEM of the certificate to present, leaf first, and its key.</summary>
    public string? ClientCertificate { get; init; }
    public string? ClientKey { get; init; }

    /// <summary>Server name to ask for and to verify; null for the host that is dialled.</summary>
    public string? ServerName { get; init; }

    /// <summary>The handshake's options but for the server name. Costs key parsing: once per transport.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key cannot be read.</exception>
    public SslClientAuthenticationOptions CreateOptions(bool http2)
    {
        var options = new SslClientAuthenticationOptions
        {
            ApplicationProtocols = [http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = Accept,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        // Nothing is fetched, verified or not: what the target does not send is not there, and nobody waits for the network.
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = Verify && Roots is not null ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (Verify && Roots is not null)
        {
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPem(Roots);
        }

        if (ClientCertificate is not null)
        {
            var leaf = X509Certificate2.CreateFromPem(ClientCertificate, ClientKey);
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(ClientCertificate);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }

        return options;
    }

    /// <summary>The options for one server.</summary>
    public static SslClientAuthenticationOptions For(string serverName, SslClientAuthenticationOptions options) => new()
    {
        TargetHost = serverName,
        ApplicationProtocols = options.ApplicationProtocols,
        RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
        CertificateRevocationCheckMode = options.CertificateRevocationCheckMode,
        CertificateChainPolicy = options.CertificateChainPolicy?.Clone(),
        ClientCertificateContext = options.ClientCertificateContext,
    };

    /// <summary>Keys never show in logs.</summary>
    public override string ToString() => $"TLS (verify {Verify}, client certificate {ClientCertificate is not null}, server name {ServerName})";

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!Verify)
        {
            return true;
        }

        if (errors != SslPolicyErrors.None || chain is null)
        {
            return false;
        }

        // OpenSSL counts neither the leaf nor the root.
        return VerifyDepth is not { } depth || chain.ChainElements.Count - 2 <= depth;
    }
}
