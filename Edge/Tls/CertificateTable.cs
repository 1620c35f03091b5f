using System.Net.Security;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Tls;

/// <summary>Server certificates by SNI at one revision. Contexts are made on first use and kept while the certificate stands.</summary>
internal sealed class CertificateTable
{
    public static CertificateTable Empty { get; } = new();

    public CertificateTable Apply(ConfigChanges changes, EntityStore after) => throw new NotImplementedException();

    /// <summary>Exact name, <c>*.rest</c>, <c>rest.*</c>, then the stored default <c>*</c>; null when none fits (the self-signed one is used).</summary>
    public SslStreamCertificateContext? Find(string? sni) => throw new NotImplementedException();
}
