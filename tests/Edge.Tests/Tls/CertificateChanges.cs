using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Tls;

/// <summary>A change set of certificates and server names in the making.</summary>
internal sealed class CertificateChanges
{
    public ConfigChanges Changes { get; } = new() { Revision = 1 };

    public Sni Add(string name, string subject)
    {
        (string cert, string key) = TestCertificates.Pem(subject);
        var certificate = new Certificate { Id = Guid.NewGuid(), Cert = cert, Key = key };
        var sni = new Sni { Id = Guid.NewGuid(), Name = name, Certificate = new EntityRef(certificate.Id) };
        Changes.Certificates.Add(new Changed<Certificate>(certificate.Id, null, certificate));
        Changes.Snis.Add(new Changed<Sni>(sni.Id, null, sni));
        return sni;
    }

    public void AddPair(string name, bool rsaFirst)
    {
        (string cert, string key) = TestCertificates.Pem(rsaFirst ? "rsa" : "ecdsa", rsaFirst);
        (string certAlt, string keyAlt) = TestCertificates.Pem(rsaFirst ? "ecdsa" : "rsa", !rsaFirst);
        var pair = new Certificate { Id = Guid.NewGuid(), Cert = cert, Key = key, CertAlt = certAlt, KeyAlt = keyAlt };
        var sni = new Sni { Id = Guid.NewGuid(), Name = name, Certificate = new EntityRef(pair.Id) };
        Changes.Certificates.Add(new Changed<Certificate>(pair.Id, null, pair));
        Changes.Snis.Add(new Changed<Sni>(sni.Id, null, sni));
    }

    public CertificateTable Apply(CertificateTable before) => before.Apply(Changes, EntityStore.Empty);
}
