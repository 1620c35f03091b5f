using System.Net.Security;
using Mesh.Edge.Tls.ClientCertificates;
using Mesh.Edge.Tls.Hello;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Tls;

/// <summary>Chooses the certificate of a handshake.</summary>
/// <param name="current">The table of the snapshot that is current at that moment.</param>
/// <param name="fallback">Where the table has none for the name.</param>
internal sealed class TlsSelector(Func<CertificateTable> current, ServerCertificate fallback, TlsContexts contexts, ILogger log)
{
    /// <summary>
    /// The options of a handshake. The caller goes on on the thread pool: to sign takes as long as many requests do, and the
    /// threads that poll sockets have those to serve.
    /// </summary>
    /// <param name="client">What the client says of versions and certificates; null when its hello could not be read.</param>
    /// <param name="trust">Of the listener; null when it asks nobody for a certificate.</param>
    public async ValueTask<SslServerAuthenticationOptions> SelectAsync(string? serverName, TlsUse use, ClientSignatures? client, ClientTrust? trust)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        SslServerAuthenticationOptions options = Choose(serverName).Options(use, client);
        return trust?.Asks(serverName) == true ? trust.Ask(options) : options;
    }

    private LiveCertificate Choose(string? serverName)
    {
        LiveCertificate certificate = contexts.Get(current().Find(serverName) ?? fallback);
        if (certificate.Problem is not { } problem)
        {
            return certificate;
        }

        if (certificate.Source.TryReport())
        {
            log.LogWarning("The certificate for server name {Name} cannot be used, the default is served: {Problem}", serverName, problem);
        }

        return contexts.Get(fallback);
    }
}
