using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>An authority whose clients' certificates are files for curl.</summary>
internal sealed class ClientAuthority : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mesh-clients-").FullName;
    private readonly X509Certificate2 certificate;

    public ClientAuthority(string name) => certificate = Authority(name, null);

    private ClientAuthority(X509Certificate2 certificate) => this.certificate = certificate;

    public Guid Id { get; } = Guid.NewGuid();

    public string Pem => certificate.ExportCertificatePem();

    public ClientAuthority Delegate(string name) => new(Authority(name, certificate));

    /// <summary>The file with certificate, key and, of a delegated authority, the authority's own certificate.</summary>
    public string Issue(string name, byte serial)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 leaf = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .Create(certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(5), [serial]);
        string path = Path.Combine(directory, $"{name}.pem");
        File.WriteAllText(path, $"{leaf.ExportCertificatePem()}\n{Pem}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return path;
    }

    public string Revoke(byte serial)
    {
        var list = new CertificateRevocationListBuilder();
        list.AddEntry([serial]);
        return PemEncoding.WriteString("X509 CRL", list.Build(certificate, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256));
    }

    public void Dispose()
    {
        certificate.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        if (issuer is null)
        {
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        }

        using X509Certificate2 signed = request.Create(issuer, DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddDays(20), [99]);
        return signed.CopyWithPrivateKey(key);
    }
}
