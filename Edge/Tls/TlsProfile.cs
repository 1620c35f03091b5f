using System.Net.Security;
using System.Security.Authentication;
using Mesh.Edge.Settings;
using Mesh.Edge.Tls.Hello;

namespace Mesh.Edge.Tls;

/// <summary>
/// Versions and cipher suites that TLS listeners offer. The version is settled before the handshake begins, from what the
/// client offers: with suites named the runtime resumes no sessions, so they are named for TLS 1.2 only, where they make a
/// difference. TLS 1.3 has OpenSSL's three: AES-256-GCM, ChaCha20-Poly1305, AES-128-GCM.
/// </summary>
internal sealed class TlsProfile
{
    /// <summary>The first six of <see cref="CipherNames"/>: ephemeral keys and authenticated encryption.</summary>
    private const int IntermediateSuites = 6;

    /// <param name="protocols">TLS 1.2, TLS 1.3 or both.</param>
    /// <param name="suites">For TLS 1.2, first the one that is preferred.</param>
    public TlsProfile(SslProtocols protocols, IReadOnlyList<TlsCipherSuite> suites, bool stapleOcsp)
    {
        Protocols = protocols;
        Suites = suites;
        StapleOcsp = stapleOcsp;
        EcdsaSuites = suites.Aggregate(EcdsaSuites.None, (known, suite) => known | ClientSignatures.SuiteOf(suite));
        if (!OperatingSystem.IsWindows() && suites.Count > 0)
        {
            OlderSuites = new CipherSuitesPolicy(suites);
        }
    }

    public static TlsProfile Default { get; } = Of(new EdgeSettings());

    public SslProtocols Protocols { get; }

    /// <summary>Of TLS 1.2.</summary>
    public IReadOnlyList<TlsCipherSuite> Suites { get; }

    /// <summary>The same, for handshakes; null where the platform chooses.</summary>
    public CipherSuitesPolicy? OlderSuites { get; }

    public EcdsaSuites EcdsaSuites { get; }

    /// <summary>Ask the issuers of certificates how they stand, and send the answer along (RFC 6066, section 8).</summary>
    public bool StapleOcsp { get; }

    public static TlsProfile Of(EdgeSettings settings) => new(
        settings.SslProtocols ?? (settings.SslCipherSuite == TlsSuites.Modern ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13),
        settings.SslCipherSuite switch
        {
            TlsSuites.Modern => [],
            TlsSuites.Intermediate => [.. CipherNames.All.Take(IntermediateSuites).Select(known => known.Suite)],
            TlsSuites.Old => [.. CipherNames.All.Select(known => known.Suite)],
            _ => settings.SslCiphers,
        },
        settings.SslOcspStapling);

    /// <summary>Whether TLS 1.3 is spoken with a client. A client that knows nothing that is served is refused in the handshake.</summary>
    public bool Speaks13(bool offered) => (Protocols & SslProtocols.Tls13) != 0 && (offered || (Protocols & SslProtocols.Tls12) == 0);
}
