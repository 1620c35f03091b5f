using Mesh.Edge.Forwarding.Http1;

namespace Mesh.Edge.Forwarding;

/// <summary>A connection pool, or where connections belong to clients what makes them. Puts the request body on the wire as it comes, which the handler beneath would not.</summary>
internal sealed class Transport(SocketsHttpHandler handler, UpstreamConnections? http1) : HttpMessageInvoker(handler)
{
    /// <summary>Our own connections for plain requests; null where HTTP/2 is spoken.</summary>
    public UpstreamConnections? Http1 => http1;

    /// <summary>
    /// Makes a transport for one try; null where connections may serve any client. In the library's pool a connection
    /// that is dialled for one request may be given to another.
    /// </summary>
    public Func<Transport>? ForOneTry { get; init; }

    public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.RequestUri is UpstreamUri { Attempt.Body: { } body })
        {
            request.Content = new UploadContent(content, body);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
