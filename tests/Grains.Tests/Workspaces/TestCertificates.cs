using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mesh.Grains.Tests.Workspaces;

internal static class TestCertificates
{
    public static (string Cert, string Key) Rsa { get; } = MakeRsa("rsa.test", isAuthority: false, years: 50);

    public static (string Cert, string Key) OtherRsa { get; } = MakeRsa("other.test", isAuthority: false, years: 50);

    public static (string Cert, string Key) Authority { get; } = MakeRsa("ca.test", isAuthority: true, years: 50);

    public static (string Cert, string Key) Expired { get; } = MakeRsa("old.test", isAuthority: true, years: -1);

    public static (string Cert, string Key) Ecdsa { get; } = MakeEcdsa();

    public static string Quote(string text) => JsonSerializer.Serialize(text);

    private static (string Cert, string Key) MakeRsa(string name, bool isAuthority, int years)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var end = DateTimeOffset.UtcNow.AddYears(years);
        using var certificate = request.CreateSelfSigned(end.AddYears(-60), end);
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static (string Cert, string Key) MakeEcdsa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ec.test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(50));
        return (certificate.ExportCertificatePem() + "\n", key.ExportECPrivateKeyPem() + "\n");
    }
}
