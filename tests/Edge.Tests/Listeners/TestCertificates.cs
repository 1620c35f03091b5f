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

    /// <summary>A leaf with its intermediate; the root stays away, as in a proper chain.</summary>
    public static (string Cert, string Key) Chained(string name)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(now.AddDays(-2), now.AddDays(60));
        var request = new CertificateRequest("CN=intermediate", intermediateKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 bare = request.Create(root, now.AddDays(-1), now.AddDays(40), [1, 2, 3]);
        using X509Certificate2 intermediate = bare.CopyWithPrivateKey(intermediateKey);
        using X509Certificate2 leaf = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .Create(intermediate, now.AddDays(-1), now.AddDays(30), [4, 5, 6]);
        return ($"{leaf.ExportCertificatePem()}\n{intermediate.ExportCertificatePem()}", key.ExportPkcs8PrivateKeyPem());
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
