using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Tls;

/// <summary>A certificate to serve, as it is configured. Reading it costs milliseconds and is left to who needs it.</summary>
internal sealed class ServerCertificate
{
    private readonly Certificate? entity;
    private readonly X509Certificate2? own;
    private volatile bool retired;
    private int reported;

    public ServerCertificate(X509Certificate2 own) => this.own = own;

    public ServerCertificate(Certificate entity) => this.entity = entity;

    /// <summary>No longer configured: nothing that was made for it need be kept.</summary>
    public bool IsRetired => retired;

    public void Retire() => retired = true;

    /// <summary>True once: a problem is logged with the first handshake that meets it, not with each.</summary>
    public bool TryReport() => Interlocked.Exchange(ref reported, 1) == 0;

    /// <summary>Parses certificates and keys. Not for threads that poll sockets.</summary>
    public CertificateReading Read()
    {
        if (entity is null)
        {
            return new CertificateReading([KeyedChain.Of(own!)], null);
        }

        string part = "";
        try
        {
            var first = KeyedChain.Read(entity.Cert, entity.Key);
            part = "cert_alt: ";
            return new CertificateReading(entity is { CertAlt: { } cert, KeyAlt: { } key } ? [first, KeyedChain.Read(cert, key)] : [first], null);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return new CertificateReading([], part + failure.Message);
        }
    }
}
