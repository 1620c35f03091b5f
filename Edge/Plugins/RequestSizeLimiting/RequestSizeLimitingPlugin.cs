using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Plugins.RequestSizeLimiting;

/// <summary>Bounds the request body: by the client's word where it gives one, else by counting what comes.</summary>
internal sealed class RequestSizeLimitingPlugin : IPlugin
{
    private const string TooLarge = "Request size limit exceeded";

    public PluginSchema Schema => RequestSizeLimitingSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        RequestSizeLimitingSettings settings = instance.Read<RequestSizeLimitingSettings>();
        long limit = settings.Limit;
        return exchange =>
        {
            HttpRequest request = exchange.Http.Request;
            if (request.ContentLength is { } length)
            {
                return length > limit ? Answer.Error(exchange, RefusalOf(request), TooLarge) : next(exchange);
            }

            if (settings.RequireContentLength && !IsChunked(request))
            {
                return Answer.Error(exchange, StatusCodes.Status411LengthRequired, "A valid Content-Length header is required");
            }

            if (MayHaveBody(exchange.Http))
            {
                request.Body = new LimitedBody(request.Body, limit, exchange, RefusalOf(request), TooLarge);
            }

            return next(exchange);
        };
    }

    /// <summary>A client that waits for leave to send its body is told that it will not get it.</summary>
    private static int RefusalOf(HttpRequest request) =>
        request.Headers.Expect.ToString().AsSpan().Trim().Equals("100-continue", StringComparison.OrdinalIgnoreCase)
            ? StatusCodes.Status417ExpectationFailed
            : StatusCodes.Status413PayloadTooLarge;

    private static bool IsChunked(HttpRequest request) =>
        request.Headers.TransferEncoding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>What flows through the tunnel of a WebSocket is no request body.</summary>
    private static bool MayHaveBody(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
        && http.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true };
}
