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

    public CertificateTable Apply(CertificateTable before) => before.Apply(Changes, EntityStore.Empty);
}
