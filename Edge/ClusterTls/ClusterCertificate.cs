using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Edge.ClusterTls;

/// <summary>
/// Who this process is in the cluster, by PEM files of a private authority: a silo's certificate names <see cref="SiloName"/>, an
/// edge's <see cref="EdgeName"/>. Files that change are read again for the next connection, so certificates rotate without a restart.
/// </summary>
internal sealed class ClusterCertificate
{
    public const string SiloName = "silo.mesh";
    public const string EdgeName = "edge.mesh";

    private readonly string caFile;
    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly Lock reading = new();
    private Loaded loaded;

    /// <exception cref="IOException">A file cannot be read; the message says which and why.</exception>
    public ClusterCertificate(string caFile, string certificateFile, string keyFile)
    {
        this.caFile = caFile;
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        loaded = Load();
    }

    public SslServerAuthenticationOptions ServerOptions(params string[] allowedPeers) => new()
    {
        ServerCertificateContext = Current().Context,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None && certificate is X509Certificate2 peer && allowedPeers.Any(name => peer.MatchesHostname(name, allowWildcards: false)),
    };

    /// <summary>For a connection to a silo; only a certificate that names <see cref="SiloName"/> is believed.</summary>
    public SslClientAuthenticationOptions ClientOptions() => new()
    {
        TargetHost = SiloName,
        ClientCertificateContext = Current().Context,
        CertificateChainPolicy = Policy(),
    };

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Current().Authorities);
        return policy;
    }

    private Loaded Current()
    {
        lock (reading)
        {
            if (Stamp() != loaded.Stamp)
            {
                try
                {
                    loaded = Load();
                }
                catch (IOException)
                {
                    // Half written: the certificate in use goes on until the files are whole again.
                    return loaded;
                }
            }

            return loaded;
        }
    }

    private Loaded Load()
    {
        try
        {
            DateTime stamp = Stamp();
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(caFile);
            using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            X509Certificate2 own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return new Loaded(stamp, authorities, SslStreamCertificateContext.Create(own, chain, offline: true));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new IOException($"the cluster certificate cannot be read from {caFile}, {certificateFile} and {keyFile}: {failure.Message} (MESH_CLUSTER_CA, MESH_CLUSTER_CERT and MESH_CLUSTER_KEY must name PEM files)", failure);
        }
    }

    private DateTime Stamp() => new[] { caFile, certificateFile, keyFile }.Max(File.GetLastWriteTimeUtc);

    private sealed record Loaded(DateTime Stamp, X509Certificate2Collection Authorities, SslStreamCertificateContext Context);
}
