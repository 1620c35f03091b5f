using System.Diagnostics;
using System.Net;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Telemetry.Signals;
using Mesh.Edge.Tls.ClientCertificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Forwarding;

/// <summary>The request's headers as the upstream gets them: the client's without what concerned its connection, then ours.</summary>
internal static class RequestHeaders
{
    public const string RequestId = "X-Kong-Request-Id";

    public static void Write<THeaders>(Exchange exchange, THeaders headers, string host)
        where THeaders : struct, IUpstreamHeaders
    {
        Activity? span = exchange.TrySpan ?? exchange.Span;
        headers.Add(HeaderNames.Host, host);
        Copy(exchange, headers, traced: span is not null || exchange.BeginsUnsampledTrace);
        if (span is not null)
        {
            TraceHeaders.Write(span, headers);
        }
        else if (exchange.BeginsUnsampledTrace)
        {
            TraceHeaders.WriteUnsampled(exchange.RequestId, headers);
        }

        headers.Add(HeaderNames.Via, Via(exchange.Http.Request));
        headers.Add(RequestId, exchange.RequestId);
        headers.Add("X-Real-IP", exchange.Connection.TextOf(exchange.ClientAddress));
        headers.Add("X-Forwarded-For", ForwardedFor(exchange));
        Forward(exchange, headers, "X-Forwarded-Proto", exchange.ClientScheme);
        Forward(exchange, headers, "X-Forwarded-Host", exchange.Host);
        Forward(exchange, headers, "X-Forwarded-Port", exchange.Connection.TextOf(exchange.ListenPort));
        Forward(exchange, headers, "X-Forwarded-Path", exchange.RawPath);
        Forward(exchange, headers, "X-Forwarded-Prefix", exchange.StrippedPrefix);
        if (exchange.Connection.ClientCertificate is { } certificate)
        {
            headers.Add(ClientCertificateFacts.Prefix, certificate.Certificate);
            headers.Add(ClientCertificateFacts.SerialHeader, certificate.Serial);
            headers.Add(ClientCertificateFacts.IssuerHeader, certificate.Issuer);
            headers.Add(ClientCertificateFacts.SubjectHeader, certificate.Subject);
            headers.Add(ClientCertificateFacts.FingerprintHeader, certificate.Fingerprint);
        }
    }

    private static void Copy<THeaders>(Exchange exchange, THeaders headers, bool traced)
        where THeaders : struct, IUpstreamHeaders
    {
        HttpRequest request = exchange.Http.Request;
        bool counted = request.Headers.TransferEncoding.Count == 0 && request.ContentLength is not null;
        foreach (KeyValuePair<string, StringValues> header in request.Headers)
        {
            if (header.Key.StartsWith(':') || HopByHop.Contains(header.Key) || IsOurs(header.Key, exchange.PeerTrusted) || IsClientCertificate(header.Key, exchange) || (traced && IsTraceContext(header.Key)))
            {
                continue;
            }

            // Both framings together are refused before routing. Should both stand here, or a plugin have made the length none,
            // the body goes in chunks.
            if (!counted && header.Key.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            Add(headers, header.Key, header.Value);
        }

        // gRPC servers insist on it; over HTTP/1.1 it would have to be nominated again.
        if (headers.Http2 && request.Headers.TE.Any(value => value?.Contains("trailers", StringComparison.OrdinalIgnoreCase) ?? false))
        {
            headers.Add(HeaderNames.TE, "trailers");
        }
    }

    private static void Add<THeaders>(THeaders headers, string name, in StringValues values)
        where THeaders : struct, IUpstreamHeaders
    {
        if (values.Count <= 1)
        {
            headers.Add(name, values.ToString());
        }
        else if (name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
        {
            // HTTP/2 sends cookies one by one; in HTTP/1.1 they are one header (RFC 9113, section 8.2.3).
            headers.Add(name, string.Join("; ", values.AsEnumerable()));
        }
        else
        {
            headers.Add(name, values);
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

    /// <summary>Of a certificate only the connection speaks, or a trusted peer that ended the client's TLS before us.</summary>
    private static bool IsClientCertificate(string name, Exchange exchange) =>
        name.Length >= ClientCertificateFacts.Prefix.Length && name[2] is 'C' or 'c' && name.StartsWith(ClientCertificateFacts.Prefix, StringComparison.OrdinalIgnoreCase)
        && (!exchange.PeerTrusted || exchange.Connection.ClientCertificate is not null);

    private static bool IsTraceContext(string name) =>
        name.Equals(TraceHeaders.Parent, StringComparison.OrdinalIgnoreCase) || name.Equals(TraceHeaders.State, StringComparison.OrdinalIgnoreCase);

    /// <summary>A trusted peer's word stands; from anyone else it is ours.</summary>
    private static void Forward<THeaders>(Exchange exchange, THeaders headers, string name, string? ours)
        where THeaders : struct, IUpstreamHeaders
    {
        StringValues theirs = exchange.PeerTrusted ? exchange.Http.Request.Headers[name] : StringValues.Empty;
        string? value = theirs.Count > 0 ? theirs.ToString() : ours;
        if (!string.IsNullOrEmpty(value))
        {
            headers.Add(name, value);
        }
    }

    private static string ForwardedFor(Exchange exchange)
    {
        IPAddress peer = exchange.PeerAddress;
        StringValues theirs = exchange.PeerTrusted ? exchange.Http.Request.Headers["X-Forwarded-For"] : StringValues.Empty;
        return theirs.Count > 0 ? $"{theirs}, {peer}" : exchange.Connection.TextOf(exchange.PeerTrusted ? exchange.ClientAddress : peer);
    }

    private static string Via(HttpRequest request)
    {
        string own = HttpProtocol.IsHttp2(request.Protocol) ? Product.ViaHttp2 : Product.ViaHttp1;
        StringValues before = request.Headers.Via;
        return before.Count == 0 ? own : $"{before}, {own}";
    }
}
