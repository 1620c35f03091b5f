using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Edge.Tls.ClientCertificates;

namespace Mesh.Edge.Tests.Tls.ClientCertificates;

public sealed class RevocationListTests
{
    [Fact]
    public void Knows_what_its_own_issuer_took_back()
    {
        using X509Certificate2 authority = Authority("CN=first");
        using X509Certificate2 other = Authority("CN=other");
        var list = RevocationList.Read(Write(authority, [0x00, 0x81, 7], [1, 2, 3]));

        Assert.True(list.Revokes(Issue(authority, [0x00, 0x81, 7])));
        Assert.True(list.Revokes(Issue(authority, [1, 2, 3])));
        Assert.False(list.Revokes(Issue(authority, [1, 2, 4])));
        Assert.False(list.Revokes(Issue(other, [1, 2, 3])));
        Assert.False(RevocationList.Read(Write(authority)).Revokes(Issue(authority, [1, 2, 3])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----")]
    [InlineData("-----BEGIN X509 CRL-----\nMAMwAQU=\n-----END X509 CRL-----")]
    public void Refuses_what_is_none(string pem) => Assert.Throws<CryptographicException>(() => RevocationList.Read(pem));

    [Fact]
    public void Names_in_headers_are_printable()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=\"Zoë\r\nX-Admin: 1\"", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        var facts = ClientCertificateFacts.Of(certificate);

        Assert.All(facts.Subject, letter => Assert.InRange(letter, ' ', '~'));
        Assert.Contains("Zo\\C3\\AB\\0D\\0AX-Admin", facts.Subject, StringComparison.Ordinal);
        Assert.Equal(certificate.ExportCertificatePem(), Uri.UnescapeDataString(facts.Certificate));
    }

    private static X509Certificate2 Authority(string name)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, byte[] serial)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256).Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), serial);
    }

    private static string Write(X509Certificate2 authority, params byte[][] serials)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (byte[] serial in serials)
        {
            builder.AddEntry(serial);
        }

        return PemEncoding.WriteString("X509 CRL", builder.Build(authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256));
    }
}
