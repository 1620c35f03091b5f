using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Tls;

/// <summary>
/// A certificate to serve. Its TLS context is made with the first handshake and kept, because sessions are resumed only
/// within one context and one options object (and only while no cipher suites are named).
/// </summary>
internal sealed class ServerCertificate
{
    private readonly Lazy<(SslServerAuthenticationOptions Http1, SslServerAuthenticationOptions Http2)> options;

    public ServerCertificate(X509Certificate2 leaf, X509Certificate2Collection? chain = null)
    {
        Leaf = leaf;
        options = new(() =>
        {
            // Offline: building the chain must not fetch anything.
            SslStreamCertificateContext context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
            return (Options(context, SslApplicationProtocol.Http11), Options(context, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11));
        });
    }

    public X509Certificate2 Leaf { get; }

    /// <summary>Reads the entity; a problem is a value. Of a pair with an RSA and another key the RSA one is served (see remarks).</summary>
    /// <remarks>
    /// .NET gives a handshake one certificate and does not tell what signatures the client knows before it has to choose.
    /// Who configures a pair has clients that cannot do ECDSA, and every client can do RSA.
    /// </remarks>
    public static (ServerCertificate? Certificate, string? Problem) Read(Certificate entity)
    {
        (ServerCertificate? first, string? problem) = Read(entity.Cert, entity.Key);
        if (first is null || entity.CertAlt is null || entity.KeyAlt is null || IsRsa(first))
        {
            return (first, problem);
        }

        (ServerCertificate? second, problem) = Read(entity.CertAlt, entity.KeyAlt);
        return second is null ? (null, $"cert_alt: {problem}") : (IsRsa(second) ? second : first, null);
    }

    public SslServerAuthenticationOptions Options(bool http2) => http2 ? options.Value.Http2 : options.Value.Http1;

    private static bool IsRsa(ServerCertificate certificate)
    {
        using RSA? key = certificate.Leaf.GetRSAPublicKey();
        return key is not null;
    }

    private static (ServerCertificate? Certificate, string? Problem) Read(string cert, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(cert);
            X509Certificate2 leaf = X509Certificate2.CreateFromPem(cert, key);
            if (chain.Count > 0)
            {
                chain.RemoveAt(0);
            }

            return (new ServerCertificate(leaf, chain), null);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return (null, failure.Message);
        }
    }

    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext context, params List<SslApplicationProtocol> protocols) => new()
    {
        ServerCertificateContext = context,
        ApplicationProtocols = protocols,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
