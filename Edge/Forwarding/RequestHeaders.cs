using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;

namespace Mesh.Edge.Forwarding;

/// <summary>The request's headers as the upstream gets them: the client's without what concerned its connection, then ours.</summary>
internal static class RequestHeaders
{
    public const string RequestId = "X-Kong-Request-Id";

    public static void Write(Exchange exchange, HttpRequestMessage message, string host)
    {
        Activity? span = exchange.TrySpan ?? exchange.Span;
        Copy(exchange, message, traced: span is not null);
        if (span is not null)
        {
            TraceHeaders.Write(span, message);
        }

        message.Headers.TryAddWithoutValidation(HeaderNames.Host, host);
        message.Headers.TryAddWithoutValidation(HeaderNames.Via, Via(exchange.Http.Request));
        message.Headers.TryAddWithoutValidation(RequestId, exchange.RequestId);
        message.Headers.TryAddWithoutValidation("X-Real-IP", exchange.ClientAddress.ToString());
        message.Headers.TryAddWithoutValidation("X-Forwarded-For", ForwardedFor(exchange));
        Forward(exchange, message, "X-Forwarded-Proto", exchange.ClientScheme);
        Forward(exchange, message, "X-Forwarded-Host", exchange.Host);
        Forward(exchange, message, "X-Forwarded-Port", exchange.ListenPort.ToString(CultureInfo.InvariantCulture));
        Forward(exchange, message, "X-Forwarded-Path", exchange.RawPath);
        Forward(exchange, message, "X-Forwarded-Prefix", exchange.StrippedPrefix);
    }

    private static void Copy(Exchange exchange, HttpRequestMessage message, bool traced)
    {
        HttpRequest request = exchange.Http.Request;
        bool chunked = request.Headers.TransferEncoding.Count > 0;
        foreach (KeyValuePair<string, StringValues> header in request.Headers)
        {
            if (header.Key.StartsWith(':') || HopByHop.Contains(header.Key) || IsOurs(header.Key, exchange.PeerTrusted) || (traced && IsTraceContext(header.Key)))
            {
                continue;
            }

            // Both framings together are refused before routing; should both stand here, the body's own one counts.
            if (chunked && header.Key.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            Add(message, header.Key, header.Value);
        }

        // gRPC servers insist on it; over HTTP/1.1 it would have to be nominated again.
        if (message.Version.Major >= 2 && request.Headers.TE.Any(value => value?.Contains("trailers", StringComparison.OrdinalIgnoreCase) ?? false))
        {
            message.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
        }
    }

    private static void Add(HttpRequestMessage message, string name, in StringValues values)
    {
        if (values.Count > 1 && name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
        {
            // HTTP/2 sends cookies one by one; in HTTP/1.1 they are one header (RFC 9113, section 8.2.3).
            message.Headers.TryAddWithoutValidation(name, string.Join("; ", values.AsEnumerable()));
            return;
        }

        bool added = values.Count <= 1
            ? message.Headers.TryAddWithoutValidation(name, values.ToString())
            : message.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        if (!added)
        {
            AddToContent(message, name, values);
        }
    }

    /// <summary>
    /// The handler keeps some names (Content-Type, Expires, Allow …) with the body. The forwarder insists on a body of its
    /// own making, so one without bytes is got from it for a request that has such headers but no body.
    /// </summary>
    private static void AddToContent(HttpRequestMessage message, string name, in StringValues values)
    {
        if (message.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        else
        {
            RequestTransform.AddHeader(new RequestTransformContext { ProxyRequest = message }, name, values);
        }
    }

    private static bool IsOurs(string name, bool peerTrusted) => name.Length switch
    {
        3 => name.Equals(HeaderNames.Via, StringComparison.OrdinalIgnoreCase),
        4 => name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase),
        // httpoxy: CGI turns it into a setting of the upstream's own.
        5 => name.Equals("Proxy", StringComparison.OrdinalIgnoreCase),
        9 => name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase) || (!peerTrusted && name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)),
        15 => name.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("X-Forwarded-Host", StringComparison.OrdinalIgnoreCase)
            || name.Equals("X-Forwarded-Port", StringComparison.OrdinalIgnoreCase)
            || name.Equals("X-Forwarded-Path", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("X-Forwarded-Proto", StringComparison.OrdinalIgnoreCase) || name.Equals(RequestId, StringComparison.OrdinalIgnoreCase),
        18 => name.Equals("X-Forwarded-Prefix", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static bool IsTraceContext(string name) =>
        name.Equals(TraceHeaders.Parent, StringComparison.OrdinalIgnoreCase) || name.Equals(TraceHeaders.State, StringComparison.OrdinalIgnoreCase);

    /// <summary>A trusted peer's word stands; from anyone else it is ours.</summary>
    private static void Forward(Exchange exchange, HttpRequestMessage message, string name, string? ours)
    {
        StringValues theirs = exchange.PeerTrusted ? exchange.Http.Request.Headers[name] : StringValues.Empty;
        string? value = theirs.Count > 0 ? theirs.ToString() : ours;
        if (!string.IsNullOrEmpty(value))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static string ForwardedFor(Exchange exchange)
    {
        IPAddress peer = exchange.PeerAddress;
        StringValues theirs = exchange.PeerTrusted ? exchange.Http.Request.Headers["X-Forwarded-For"] : StringValues.Empty;
        return theirs.Count > 0 ? $"{theirs}, {peer}" : (exchange.PeerTrusted ? exchange.ClientAddress : peer).ToString();
    }

    private static string Via(HttpRequest request)
    {
        string own = HttpProtocol.IsHttp2(request.Protocol) ? Product.ViaHttp2 : Product.ViaHttp1;
        StringValues before = request.Headers.Via;
        return before.Count == 0 ? own : $"{before}, {own}";
    }
}
