using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>A certificate authority made for a test.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private readonly X509Certificate2 certificate;

    public TestAuthority(string name)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        certificate = Request(name, key, authority: true).CreateSelfSigned(From, From.AddDays(30));
    }

    private TestAuthority(X509Certificate2 certificate) => this.certificate = certificate;

    public CaCertificate Entity(int number) => new() { Id = Entities.Id(number), Cert = certificate.ExportCertificatePem() };

    public TestAuthority Delegate(string name) => new(Sign(name, authority: true));

    public X509Certificate2 Issue(string name) => Sign(name, authority: false);

    private X509Certificate2 Sign(string name, bool authority)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        using X509Certificate2 signed = Request(name, key, authority).Create(certificate, From, From.AddDays(20), serial);
        return signed.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, ECDsa key, bool authority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request;
    }
}
