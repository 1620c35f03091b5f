using System.Net.Security;
using Mesh.Edge.Tls.Hello;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Tls;

/// <summary>Chooses the certificate of a handshake.</summary>
/// <param name="current">The table of the snapshot that is current at that moment.</param>
/// <param name="fallback">Where the table has none for the name.</param>
internal sealed class TlsSelector(Func<CertificateTable> current, ServerCertificate fallback, TlsContexts contexts, ILogger log)
{
    /// <summary>Some certificate is a pair: what the client says of signatures decides.</summary>
    public bool NeedsHello => current().HasPairs;

    /// <summary>
    /// The options of a handshake. The caller goes on on the thread pool: to sign takes as long as many requests do, and the
    /// threads that poll sockets have those to serve.
    /// </summary>
    /// <param name="tls13">The client offers TLS 1.3.</param>
    /// <param name="client">What the client says of certificates, where <see cref="NeedsHello"/>; null when not known.</param>
    public async ValueTask<SslServerAuthenticationOptions> SelectAsync(string? serverName, TlsUse use, bool tls13, ClientSignatures? client)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return Choose(serverName).Options(use, tls13, client);
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
