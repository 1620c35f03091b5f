using System.Net;
using Mesh.Edge.Balancing;
using Mesh.Edge.Pipeline;
using Mesh.Edge.ProxyProtocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Edge.Forwarding;

/// <summary>One try at one target: tells the forwarder what to send and what to make of the response.</summary>
internal sealed class Attempt(Exchange exchange, ServicePlan plan, TargetAddress target, string host, bool tunnel, RequestBody? body, IdleTimeout idle) : HttpTransformer
{
    /// <summary>Shorter bodies fit into the server's buffer: nobody can stall them, so they go without a wrapper.</summary>
    private const int UnwatchedBodyBytes = 64 * 1024;

    public IdleTimeout Idle => idle;

    public RequestBody? Body => body;

    public TimeSpan ConnectTimeout => plan.ConnectTimeout;

    /// <summary>Whom a connection for this try belongs to; null where it may serve any client.</summary>
    public ProxyHeader? Client => plan.ClientOf(exchange.Connection, exchange.ClientAddress);

    private bool sent;
    private bool dialled;
    private bool sentOnFreshConnection;

    /// <summary>The response's headers were taken over, so they must be taken back if Mesh answers after all.</summary>
    public bool HeadersWritten { get; private set; }

    /// <summary>The whole response reached the server.</summary>
    public bool Complete { get; private set; }

    /// <summary>A response header action failed: a bug of ours, not the upstream's.</summary>
    public Exception? Bug { get; private set; }

    /// <summary>A connection is being made for this try.</summary>
    public void Dialling()
    {
        dialled = true;
        idle.Connecting(plan.ConnectTimeout);
    }

    /// <summary>
    /// Called each time the transport is about to send the request, for by itself it sends again up to three times when a
    /// connection ends without a response. That is right for a kept connection that the upstream closed meanwhile, and
    /// (as in nginx) not counted as a try; on a connection made for this request it would be a retry that nobody allowed.
    /// </summary>
    /// <exception cref="HttpRequestException">Not to be sent again.</exception>
    public void Sending()
    {
        if (sent && (sentOnFreshConnection || !Forwarder.IsIdempotent(exchange.Http.Request.Method)))
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The upstream closed the connection without a response.");
        }

        sent = true;
        sentOnFreshConnection = dialled;
    }

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = new UpstreamUri(string.Concat(plan.OriginOf(target), exchange.UpstreamPath, exchange.UpstreamQuery), this);
        RequestHeaders.Write(exchange, new MessageHeaders(proxyRequest), host);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return ValueTask.FromResult(false);
        }

        exchange.UpstreamHeadersAt = exchange.Time.GetTimestamp();
        idle.Reading();
        RefuseFalseTunnel(proxyResponse);
        HeadersWritten = true;
        ResponseHeaders.Write(exchange, proxyResponse);
        exchange.FromUpstream = true;
        try
        {
            exchange.RunResponseHeaderActions();
        }
        catch (Exception failure)
        {
            Bug = failure;
            throw;
        }

        if (exchange.ChangesResponseBody && !tunnel && !HasNoBody(proxyResponse.StatusCode))
        {
            return ChangeBody(proxyResponse, cancellationToken);
        }

        Watch(proxyResponse);
        return ValueTask.FromResult(true);
    }

    /// <exception cref="HttpRequestException">The body is too long to be taken whole, or broke off.</exception>
    private async ValueTask<bool> ChangeBody(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = await WholeBody.Read(response.Content, idle, cancellationToken);
        try
        {
            body = exchange.ChangeResponseBody(body);
        }
        catch (Exception failure)
        {
            Bug = failure;
            throw;
        }

        response.Content = new ReadOnlyMemoryContent(body);
        exchange.BytesOut = body.Length;
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        Complete = true;
        return base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }

    /// <summary>A tunnel may only be opened that the client asked for, and over HTTP/2 every success opens one.</summary>
    private void RefuseFalseTunnel(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            bool webSocket = response.Headers.NonValidated.TryGetValues(HeaderNames.Upgrade, out var protocol)
                && protocol.ToString().Equals(WebSocketRequest.Protocol, StringComparison.OrdinalIgnoreCase);
            if (!tunnel || !webSocket)
            {
                throw new HttpRequestException(HttpRequestError.InvalidResponse, "The upstream switched protocols without being asked to.");
            }
        }
        else if (tunnel && HttpProtocol.IsHttp2(exchange.Http.Request.Protocol) && response.Version.Major < 2 && response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The upstream did not switch protocols.");
        }
    }

    private void Watch(HttpResponseMessage response)
    {
        if (!tunnel && HasNoBody(response.StatusCode))
        {
            return;
        }

        long? length = response.Content.Headers.ContentLength;
        if (tunnel || length is null or > UnwatchedBodyBytes)
        {
            response.Content = new UpstreamBody(response.Content, exchange, idle);
        }
        else
        {
            exchange.BytesOut = length.Value;
        }
    }

    private bool HasNoBody(HttpStatusCode status) =>
        HttpMethods.IsHead(exchange.Http.Request.Method) || status is HttpStatusCode.NoContent or HttpStatusCode.NotModified;
}
