using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Certificates as JSON strings of PEM.</summary>
internal static class TestCertificates
{
    public static (string Cert, string Key) Leaf { get; } = Make(authority: false);

    /// <summary>A new one with each call: the same may be stored only once.</summary>
    public static (string Cert, string Key) NewAuthority() => Make(authority: true);

    private static (string Cert, string Key) Make(bool authority)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=mesh test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return (JsonSerializer.Serialize(certificate.ExportCertificatePem()), JsonSerializer.Serialize(key.ExportPkcs8PrivateKeyPem()));
    }
}
