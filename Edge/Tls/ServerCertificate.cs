using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Tls;

/// <summary>
/// A certificate to serve. It is read when it is first asked about (keys cost milliseconds each) and its TLS context is
/// made with the first handshake; both are kept, because sessions are resumed only within one context and one options
/// object (and only while no cipher suites are named).
/// </summary>
internal sealed class ServerCertificate
{
    private readonly Lazy<Material> material;
    private readonly Lazy<(SslServerAuthenticationOptions Http1, SslServerAuthenticationOptions Http2, SslServerAuthenticationOptions Stream)> options;
    private int reported;

    public ServerCertificate(X509Certificate2 leaf)
        : this(() => new Material(leaf, null, null))
    {
    }

    public ServerCertificate(Certificate entity)
        : this(() => Choose(entity))
    {
    }

    private ServerCertificate(Func<Material> read)
    {
        material = new(read);
        options = new(() =>
        {
            // Offline: building the chain must not fetch anything.
            SslStreamCertificateContext context = SslStreamCertificateContext.Create(Leaf, material.Value.Chain, offline: true);
            return (Options(context, SslApplicationProtocol.Http11), Options(context, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11), Options(context));
        });
    }

    /// <summary>Why it cannot be served; null when it can.</summary>
    public string? Problem => material.Value.Problem;

    /// <exception cref="InvalidOperationException">There is a <see cref="Problem"/>.</exception>
    public X509Certificate2 Leaf => material.Value.Leaf ?? throw new InvalidOperationException(Problem);

    /// <summary>True once: a problem is logged with the first handshake that meets it, not with each.</summary>
    public bool TryReport() => Interlocked.Exchange(ref reported, 1) == 0;

    /// <summary>For streams, where no protocol is chosen: a client that offers one must not be refused for it.</summary>
    public SslServerAuthenticationOptions StreamOptions => options.Value.Stream;

    public SslServerAuthenticationOptions Options(bool http2) => http2 ? options.Value.Http2 : options.Value.Http1;

    /// <remarks>
    /// Of a pair the RSA certificate is served: .NET gives a handshake one certificate and does not tell what signatures
    /// the client knows before it has to choose. Who configures a pair has clients that cannot do ECDSA, and every client
    /// can do RSA.
    /// </remarks>
    private static Material Choose(Certificate entity)
    {
        Material first = Read(entity.Cert, entity.Key);
        if (first.Leaf is null || entity.CertAlt is null || entity.KeyAlt is null || IsRsa(first.Leaf))
        {
            return first;
        }

        Material second = Read(entity.CertAlt, entity.KeyAlt);
        return second.Leaf is null ? new Material(null, null, $"cert_alt: {second.Problem}") : IsRsa(second.Leaf) ? second : first;
    }

    private static bool IsRsa(X509Certificate2 certificate)
    {
        using RSA? key = certificate.GetRSAPublicKey();
        return key is not null;
    }

    private static Material Read(string cert, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(cert);
            X509Certificate2 leaf = X509Certificate2.CreateFromPem(cert, key);
            chain.RemoveAt(0);
            return new Material(leaf, chain, null);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return new Material(null, null, failure.Message);
        }
    }

    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext context, params List<SslApplicationProtocol> protocols) => new()
    {
        ServerCertificateContext = context,
        ApplicationProtocols = protocols.Count == 0 ? null : protocols,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private sealed record Material(X509Certificate2? Leaf, X509Certificate2Collection? Chain, string? Problem);
}
