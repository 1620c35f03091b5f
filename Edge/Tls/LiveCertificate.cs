using System.Net.Security;
using System.Security.Cryptography;
using Mesh.Edge.Tls.Hello;

namespace Mesh.Edge.Tls;

/// <summary>A certificate that handshakes use: read, with what was made of it.</summary>
internal sealed class LiveCertificate : IDisposable
{
    private readonly TlsProfile profile;

    /// <summary>The RSA one first, so that it serves clients of which nothing is known: every client can do RSA.</summary>
    private readonly ServedChain[] chains;

    public LiveCertificate(ServerCertificate source, TlsProfile profile)
    {
        Source = source;
        this.profile = profile;
        CertificateReading reading = source.Read();
        Problem = reading.Problem;
        try
        {
            chains = [.. reading.Chains.OrderBy(chain => chain.Curve).Select(chain => new ServedChain(chain, profile))];
        }
        catch (CryptographicException failure)
        {
            Problem = failure.Message;
            chains = [];
        }
    }

    public ServerCertificate Source { get; }

    /// <summary>Why it cannot be served; null when it can.</summary>
    public string? Problem { get; }

    /// <summary>Used since it was last asked whether it may go.</summary>
    public bool Recent { get; set; } = true;

    /// <param name="client">What the client says of versions and certificates; null when that is not known.</param>
    public SslServerAuthenticationOptions Options(TlsUse use, ClientSignatures? client)
    {
        bool tls13 = profile.Speaks13(client is not { Tls13: false });
        ServedChain chain = chains[0];
        if (chains.Length > 1 && client is { } known && known.CanVerify(chains[^1].Chain.Curve, tls13, profile.EcdsaSuites))
        {
            // Signing with ECDSA costs a tenth.
            chain = chains[^1];
        }

        return chain.Options(use, tls13);
    }

    public void Dispose()
    {
        foreach (ServedChain chain in chains)
        {
            chain.Dispose();
        }
    }
}
