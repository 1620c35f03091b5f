using System.Buffers;
using Mesh.Edge.Listeners;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Guard;

/// <summary>
/// Stands in front of routing and refuses what the server lets pass but another parser could read differently. The server
/// itself refuses malformed heads, repeated or invalid hosts, over-long lines and headers; what must be seen in the bytes
/// comes from the connection's <see cref="Http1Inspector"/>.
/// </summary>
internal static class RequestGuard
{
    // Everything up to and including the space, and DEL.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(c => (char)c), '\x7f']);

    /// <summary>Call once per request, before anything else reads it. On a refusal the connection is already marked to close.</summary>
    public static GuardVerdict Check(HttpContext http, ConnectionFacts connection, out GuardedTarget target)
    {
        GuardVerdict verdict = Inspect(http, connection, out target);
        if (verdict.Refused && connection.Inspector is not null)
        {
            http.Response.Headers.Connection = "close";
        }

        return verdict;
    }

    private static GuardVerdict Inspect(HttpContext http, ConnectionFacts connection, out GuardedTarget target)
    {
        target = default;
        if (connection.Inspector is { } inspector)
        {
            if (inspector.Violation != Http1Violation.None)
            {
                return Explain(inspector.Violation);
            }

            if (inspector.UpgradeAsked)
            {
                OnUpgrade(http, inspector);
            }
        }

        else if (NamesTheConnection(http.Request.Headers))
        {
            return new GuardVerdict(StatusCodes.Status400BadRequest, "Connection-specific header fields are not part of HTTP/2");
        }

        string method = http.Request.Method;
        string known = HttpMethods.GetCanonicalizedValue(method);
        if (!ReferenceEquals(known, method) && known != method)
        {
            return new GuardVerdict(StatusCodes.Status400BadRequest, "Method names are case-sensitive");
        }

        if (ReferenceEquals(known, HttpMethods.Connect) && !IsWebSocketOverHttp2(http))
        {
            return new GuardVerdict(StatusCodes.Status405MethodNotAllowed, "CONNECT is not served");
        }

        return ReadTarget(http, connection, out target);
    }

    private static GuardVerdict ReadTarget(HttpContext http, ConnectionFacts connection, out GuardedTarget target)
    {
        target = default;
        string raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (raw.AsSpan().ContainsAny(Forbidden))
        {
            return new GuardVerdict(StatusCodes.Status400BadRequest, "The request target contains control characters or spaces");
        }

        int pathStart = 0;
        if (raw.Length == 0 || raw[0] != '/')
        {
            int authority = raw.IndexOf("://", StringComparison.Ordinal);
            if (authority < 0)
            {
                return new GuardVerdict(StatusCodes.Status400BadRequest, "The request target is not a path");
            }

            // The server has compared the authority with Host and refuses a difference.
            pathStart = raw.AsSpan(authority + 3).IndexOfAny('/', '?');
            pathStart = pathStart < 0 ? raw.Length : pathStart + authority + 3;
        }

        int query = raw.IndexOf('?', pathStart);
        int pathEnd = query < 0 ? raw.Length : query;
        string path = pathStart == pathEnd ? "/" : pathStart == 0 && pathEnd == raw.Length ? raw : raw[pathStart..pathEnd];
        (string host, int port) = HostAndPort(http.Request.Headers.Host.ToString(), connection.LocalPort);
        target = new GuardedTarget(host, port, path, query < 0 ? "" : raw[query..]);
        return GuardVerdict.Pass;
    }

    /// <summary>The server has checked the form: a name or IPv4 address, or an IPv6 address in brackets, and digits.</summary>
    private static (string Host, int Port) HostAndPort(string host, int otherwise)
    {
        int colon = host.LastIndexOf(':');
        if (colon < 0 || host[^1] == ']')
        {
            return (host, otherwise);
        }

        return (host[..colon], int.TryParse(host.AsSpan(colon + 1), out int port) ? port : otherwise);
    }

    /// <summary>
    /// Only WebSocket may change the protocol. Any other wish is ignored, as HTTP allows; either way the connection ends
    /// after this message unless it does become a WebSocket, since the client may have sent ahead in the new protocol.
    /// </summary>
    private static void OnUpgrade(HttpContext http, Http1Inspector inspector)
    {
        http.Response.Headers.Connection = "close";
        IHttpUpgradeFeature? upgrade = http.Features.Get<IHttpUpgradeFeature>();
        bool webSocket = upgrade is not null && HttpMethods.IsGet(http.Request.Method)
            && string.Equals(http.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);
        http.Features.Set<IHttpUpgradeFeature>(webSocket ? new InspectedUpgrade(upgrade!, inspector) : null);
        if (!webSocket)
        {
            http.Request.Headers.Remove("Upgrade");
            http.Request.Headers.Remove("HTTP2-Settings");
        }
    }

    /// <summary>RFC 9113 §8.2.2; the server itself refuses only <c>connection</c> and <c>te</c>.</summary>
    private static bool NamesTheConnection(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0 || headers.Upgrade.Count > 0 || headers.KeepAlive.Count > 0;

    private static bool IsWebSocketOverHttp2(HttpContext http) =>
        http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private static GuardVerdict Explain(Http1Violation violation) => violation switch
    {
        Http1Violation.TransferEncoding => new(StatusCodes.Status501NotImplemented, "Transfer-Encoding must be exactly chunked"),
        Http1Violation.ChunkedOnHttp10 => new(StatusCodes.Status400BadRequest, "Transfer-Encoding is not part of HTTP/1.0"),
        Http1Violation.TwoFramings => new(StatusCodes.Status400BadRequest, "Content-Length and Transfer-Encoding exclude each other"),
        Http1Violation.ContentLength => new(StatusCodes.Status400BadRequest, "Content-Length must consist of digits"),
        Http1Violation.RepeatedContentLength => new(StatusCodes.Status400BadRequest, "Content-Length is repeated"),
        Http1Violation.HeadTooLong => new(StatusCodes.Status431RequestHeaderFieldsTooLarge, "The request header is too large"),
        Http1Violation.Chunk or Http1Violation.ChunkOverhead => new(StatusCodes.Status400BadRequest, "The chunked body is malformed"),
        _ => new(StatusCodes.Status400BadRequest, "The request is malformed"),
    };
}
