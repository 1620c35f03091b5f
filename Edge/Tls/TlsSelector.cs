using System.Net.Security;

namespace Mesh.Edge.Tls;

/// <summary>Chooses the certificate of a handshake.</summary>
/// <param name="current">The table of the snapshot that is current at that moment.</param>
/// <param name="fallback">Where the table has none for the name.</param>
internal sealed class TlsSelector(Func<CertificateTable> current, ServerCertificate fallback)
{
    public SslServerAuthenticationOptions Select(string? serverName, bool http2) =>
        (current().Find(serverName) ?? fallback).Options(http2);
}
