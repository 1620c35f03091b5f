using Mesh.Edge.Forwarding.Http1;

namespace Mesh.Edge.Forwarding;

/// <summary>A connection pool. Puts the request body on the wire as it comes, which the handler beneath would not.</summary>
internal sealed class Transport(SocketsHttpHandler handler, UpstreamConnections? http1) : HttpMessageInvoker(handler)
{
    /// <summary>Our own connections for plain requests; null where HTTP/2 is spoken.</summary>
    public UpstreamConnections? Http1 => http1;

    public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.RequestUri is UpstreamUri { Attempt.Body: { } body })
        {
            request.Content = new UploadContent(content, body);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
