using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>A private certificate authority whose certificates lie as PEM files in a directory of its own.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly string directory = Directory.CreateTempSubdirectory("mesh-authority-").FullName;
    private readonly X509Certificate2 root;

    public TestAuthority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=mesh test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-60), DateTimeOffset.UtcNow.AddDays(60));
        File.WriteAllText(RootFile, root.ExportCertificatePem());
    }

    public string RevocationFile => Path.Combine(directory, "revoked.pem");

    public string RootFile => Path.Combine(directory, "root.pem");

    /// <param name="usage">OID of the extended key usage.</param>
    public X509Certificate2 Issue(string commonName, string usage, int days = 30, Action<SubjectAlternativeNameBuilder>? names = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName($"O=Mesh, CN={commonName}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
        {
            SubjectAlternativeNameBuilder builder = new();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        DateTimeOffset end = DateTimeOffset.UtcNow.AddDays(days);
        using X509Certificate2 issued = request.Create(root, end.AddDays(-40), end, RandomNumberGenerator.GetBytes(12));
        using X509Certificate2 whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Writes the list of what is taken back, whole.</summary>
    public void Revoke(params X509Certificate2[] certificates)
    {
        CertificateRevocationListBuilder list = new();
        foreach (X509Certificate2 certificate in certificates)
        {
            list.AddEntry(certificate);
        }

        byte[] signed = list.Build(root, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        File.WriteAllText(RevocationFile, PemEncoding.WriteString("X509 CRL", signed));
    }

    /// <summary>Paths of the certificate and its key.</summary>
    public (string Certificate, string Key) Save(X509Certificate2 certificate)
    {
        string path = Path.Combine(directory, certificate.SerialNumber);
        File.WriteAllText($"{path}.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{path}.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return ($"{path}.pem", $"{path}.key");
    }

    public void Dispose()
    {
        root.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
