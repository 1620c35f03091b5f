using System.Diagnostics.CodeAnalysis;
using Mesh.Edge.Forwarding;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>The connections to one endpoint.</summary>
internal static class HttpLogClient
{
    /// <summary>Of an answer this many bytes are read, so that the connection can be used again; more ends it.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    /// <param name="connector">Dials, without TLS.</param>
    [SuppressMessage("Security", "CA5359", Justification = "Kong's http-log does not verify its endpoint's certificate and has no setting for it; endpoints with private certificates depend on that.")]
    public static HttpMessageInvoker Create(HttpLogTarget target, UpstreamConnector connector) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = target.Timeout,
        ConnectCallback = connector.ConnectAsync,
        PooledConnectionIdleTimeout = target.KeepAlive,
        MaxResponseDrainSize = MaxAnswerBytes,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });
}
