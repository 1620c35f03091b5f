using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Edge.Tests.Listeners;

internal static class TestCertificates
{
    public static X509Certificate2 Make(string name)
    {
        (string cert, string key) = Pem(name);
        return X509Certificate2.CreateFromPem(cert, key);
    }

    public static (string Cert, string Key) Pem(string name, bool rsa = false)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (rsa)
        {
            using RSA rsaKey = RSA.Create(2048);
            var byRsa = new CertificateRequest($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using X509Certificate2 signed = byRsa.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
            return (signed.ExportCertificatePem(), rsaKey.ExportPkcs8PrivateKeyPem());
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
