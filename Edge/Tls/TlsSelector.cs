using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Tls;

/// <summary>Chooses the certificate of a handshake.</summary>
/// <param name="current">The table of the snapshot that is current at that moment.</param>
/// <param name="fallback">Where the table has none for the name.</param>
internal sealed class TlsSelector(Func<CertificateTable> current, ServerCertificate fallback, ILogger log)
{
    public SslServerAuthenticationOptions Select(string? serverName, bool http2) => Choose(serverName).Options(http2);

    public SslServerAuthenticationOptions SelectForStream(string? serverName) => Choose(serverName).StreamOptions;

    private ServerCertificate Choose(string? serverName)
    {
        ServerCertificate certificate = current().Find(serverName) ?? fallback;
        if (certificate.Problem is { } problem)
        {
            if (certificate.TryReport())
            {
                log.LogWarning("The certificate for server name {Name} cannot be used, the default is served: {Problem}", serverName, problem);
            }

            certificate = fallback;
        }

        return certificate;
    }
}
