using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Edge.Tls;

/// <summary>The options of handshakes with one certificate, made when they are first wanted and kept, with what lets sessions be resumed.</summary>
internal sealed class ServedChain : IDisposable
{
    private static readonly int Uses = Enum.GetValues<TlsUse>().Length;

    private readonly TlsProfile profile;
    private readonly SslStreamCertificateContext context;
    private readonly SslServerAuthenticationOptions?[] current = new SslServerAuthenticationOptions?[Uses];
    private readonly SslServerAuthenticationOptions?[] older = new SslServerAuthenticationOptions?[Uses];
    private SessionAnchor? requests;
    private SessionAnchor? streams;

    public ServedChain(KeyedChain chain, TlsProfile profile)
    {
        Chain = chain;
        this.profile = profile;

        // Building the chain must fetch nothing, unless what its issuer says of it is to be sent along.
        context = SslStreamCertificateContext.Create(chain.Leaf, chain.Intermediates, offline: !profile.StapleOcsp);
    }

    public KeyedChain Chain { get; }

    /// <param name="tls13">What will be spoken; it is decided before the handshake begins, see <see cref="TlsProfile"/>.</param>
    public SslServerAuthenticationOptions Options(TlsUse use, bool tls13)
    {
        SslServerAuthenticationOptions?[] made = tls13 ? current : older;
        if (Volatile.Read(ref made[(int)use]) is { } known)
        {
            return known;
        }

        SslServerAuthenticationOptions created = Create(use, tls13);
        SslServerAuthenticationOptions kept = Interlocked.CompareExchange(ref made[(int)use], created, null) ?? created;
        if (tls13)
        {
            // With and without ALPN there are different sessions.
            Anchor(ref use == TlsUse.Stream ? ref streams : ref requests, kept);
        }

        return kept;
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref requests, null)?.Dispose();
        Interlocked.Exchange(ref streams, null)?.Dispose();
    }

    private static void Anchor(ref SessionAnchor? place, SslServerAuthenticationOptions options)
    {
        if (Volatile.Read(ref place) is null && SessionAnchor.Hold(options) is { } anchor && Interlocked.CompareExchange(ref place, anchor, null) is not null)
        {
            anchor.Dispose();
        }
    }

    private SslServerAuthenticationOptions Create(TlsUse use, bool tls13) => new()
    {
        ServerCertificateContext = context,
        ApplicationProtocols = use switch
        {
            TlsUse.Http1 => [SslApplicationProtocol.Http11],
            TlsUse.Http2 => [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            _ => null,
        },
        EnabledSslProtocols = tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12,
        CipherSuitesPolicy = tls13 ? null : profile.OlderSuites,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
