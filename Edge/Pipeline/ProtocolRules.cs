using Mesh.Abstractions.Entities;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>What a matched route still demands of the request's protocol.</summary>
internal static class ProtocolRules
{
    /// <summary>True when the route may serve the request; else <paramref name="refusal"/> is the answer, already begun.</summary>
    public static bool Allow(Exchange exchange, out ValueTask refusal)
    {
        refusal = ValueTask.CompletedTask;
        string[] protocols = exchange.Route!.Protocols;
        bool secure = exchange.ClientScheme == "https";
        if (!secure && protocols.Contains("https") && !protocols.Contains("http"))
        {
            refusal = UseHttps(exchange, exchange.Route);
            return false;
        }

        bool grpc = protocols.Contains("grpc");
        if (!grpc && !protocols.Contains("grpcs"))
        {
            return true;
        }

        if (!IsGrpc(exchange.Http.Request))
        {
            refusal = Answer.Error(exchange, StatusCodes.Status415UnsupportedMediaType, "Non-gRPC request matched gRPC route");
        }
        else if (!HttpProtocol.IsHttp2(exchange.Http.Request.Protocol))
        {
            refusal = UseHttp2(exchange);
        }
        else if (!grpc && !secure)
        {
            refusal = Answer.Grpc(exchange, GrpcStatus.Canceled, "gRPC request matched gRPCs route");
        }
        else
        {
            return true;
        }

        return false;
    }

    private static ValueTask UseHttps(Exchange exchange, Route route)
    {
        HttpResponse response = exchange.Http.Response;
        if (route.HttpsRedirectStatusCode is 301 or 302 or 307 or 308)
        {
            response.Headers.Location = $"https://{ForwardedHost(exchange)}{exchange.RawPath}{exchange.UpstreamQuery}";
            return Answer.Raw(exchange, route.HttpsRedirectStatusCode, contentType: null, ReadOnlyMemory<byte>.Empty);
        }

        Upgrade(exchange, "TLS/1.2, HTTP/1.1");
        return Answer.Error(exchange, StatusCodes.Status426UpgradeRequired, "Please use HTTPS protocol");
    }

    private static ValueTask UseHttp2(Exchange exchange)
    {
        Upgrade(exchange, "HTTP/2");
        return Answer.Error(exchange, StatusCodes.Status426UpgradeRequired, "Please use HTTP2 protocol");
    }

    private static void Upgrade(Exchange exchange, string protocols)
    {
        HttpResponse response = exchange.Http.Response;
        if (!HttpProtocol.IsHttp2(exchange.Http.Request.Protocol))
        {
            response.Headers.Upgrade = protocols;
            response.Headers.Append("Connection", "Upgrade");
        }
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal);

    private static string ForwardedHost(Exchange exchange)
    {
        string told = exchange.PeerTrusted ? exchange.Http.Request.Headers["X-Forwarded-Host"].ToString() : "";
        return told.Length > 0 ? told : exchange.Host;
    }
}
