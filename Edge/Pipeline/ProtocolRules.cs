using Mesh.Abstractions.Entities;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>What a matched route still demands of the request's protocol.</summary>
internal static class ProtocolRules
{
    /// <summary>True when the route may serve the request; else <paramref name="refusal"/> is the answer, already begun.</summary>
    public static bool Allow(Exchange exchange, out ValueTask refusal)
    {
        if (Check(exchange) is not { } reason)
        {
            refusal = ValueTask.CompletedTask;
            return true;
        }

        refusal = Refuse(exchange, reason);
        return false;
    }

    /// <summary>Null when the route may serve the request.</summary>
    public static ProtocolRefusal? Check(Exchange exchange)
    {
        string[] protocols = exchange.Route!.Protocols;
        bool secure = exchange.ClientScheme == "https";
        if (!secure && protocols.Contains("https") && !protocols.Contains("http"))
        {
            return UseHttps(exchange, exchange.Route);
        }

        bool grpc = protocols.Contains("grpc");
        if (!grpc && !protocols.Contains("grpcs"))
        {
            return null;
        }

        if (!IsGrpc(exchange.Http.Request))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "Non-gRPC request matched gRPC route");
        }

        if (!HttpProtocol.IsHttp2(exchange.Http.Request.Protocol))
        {
            return new(StatusCodes.Status426UpgradeRequired, "Please use HTTP2 protocol", Upgrade: "HTTP/2");
        }

        return grpc || secure ? null : new(StatusCodes.Status200OK, "gRPC request matched gRPCs route", GrpcStatus: GrpcStatus.Canceled);
    }

    private static ProtocolRefusal UseHttps(Exchange exchange, Route route) => route.HttpsRedirectStatusCode is 301 or 302 or 307 or 308
        ? new(route.HttpsRedirectStatusCode, null, Location: $"https://{ForwardedHost(exchange)}{exchange.RawPath}{exchange.UpstreamQuery}")
        : new(StatusCodes.Status426UpgradeRequired, "Please use HTTPS protocol", Upgrade: "TLS/1.2, HTTP/1.1");

    private static ValueTask Refuse(Exchange exchange, ProtocolRefusal refusal)
    {
        HttpResponse response = exchange.Http.Response;
        if (refusal.Upgrade is { } protocols && !HttpProtocol.IsHttp2(exchange.Http.Request.Protocol))
        {
            response.Headers.Upgrade = protocols;
            response.Headers.Append("Connection", "Upgrade");
        }

        if (refusal.Location is { } location)
        {
            response.Headers.Location = location;
            return Answer.Raw(exchange, refusal.Status, contentType: null, ReadOnlyMemory<byte>.Empty);
        }

        return refusal.GrpcStatus is { } status
            ? Answer.Grpc(exchange, status, refusal.Message!)
            : Answer.Error(exchange, refusal.Status, refusal.Message!);
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal);

    private static string ForwardedHost(Exchange exchange)
    {
        string told = exchange.PeerTrusted ? exchange.Http.Request.Headers["X-Forwarded-Host"].ToString() : "";
        return told.Length > 0 ? told : exchange.Host;
    }
}
