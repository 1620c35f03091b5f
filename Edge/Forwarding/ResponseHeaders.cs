using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Edge.Forwarding.Http1.Head;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Forwarding;

/// <summary>The upstream's response headers as the client gets them: without what concerned its connection, then ours.</summary>
internal static class ResponseHeaders
{
    public static void Write(Exchange exchange, HttpResponseMessage message)
    {
        IHeaderDictionary headers = exchange.Http.Response.Headers;
        bool chunked = message.Headers.NonValidated.Contains(HeaderNames.TransferEncoding);
        string[] nominated = Nominated(message.Headers);
        Copy(message.Headers, headers, nominated, chunked);
        Copy(message.Content.Headers, headers, nominated, chunked);

        AddOurs(exchange, message.Version.Major >= 2 ? Product.ViaHttp2 : Product.ViaHttp1);
    }

    public static void Write(Exchange exchange, ResponseHead head)
    {
        HttpResponse response = exchange.Http.Response;
        IHeaderDictionary headers = response.Headers;
        response.StatusCode = head.Status;
        if (head.Reason is not null && exchange.Http.Features.Get<IHttpResponseFeature>() is { } feature)
        {
            feature.ReasonPhrase = head.Reason;
        }

        foreach (ref readonly HeaderLine line in head.Lines)
        {
            if (line.Role == HeaderRole.Plain && !HopByHop.Nominates(head.Nominated, line.Name))
            {
                StringValues present = headers[line.Name];
                headers[line.Name] = present.Count == 0 ? line.Value : StringValues.Concat(present, line.Value);
            }
        }

        if (head.ContentLength is { } length)
        {
            headers.ContentLength = length;
        }

        AddOurs(exchange, Product.ViaHttp1);
    }

    private static void AddOurs(Exchange exchange, string via)
    {
        IHeaderDictionary headers = exchange.Http.Response.Headers;
        StringValues before = headers.Via;
        headers.Via = before.Count == 0 ? via : $"{before}, {via}";
        headers["X-Kong-Upstream-Latency"] = Milliseconds(exchange, exchange.UpstreamStartedAt, exchange.UpstreamHeadersAt);
        headers["X-Kong-Proxy-Latency"] = Milliseconds(exchange, exchange.StartedAt, exchange.UpstreamStartedAt);
        CommonHeaders.Write(exchange);
    }

    private static void Copy(HttpHeaders source, IHeaderDictionary target, string[] nominated, bool chunked)
    {
        foreach (KeyValuePair<string, HeaderStringValues> header in source.NonValidated)
        {
            if (HopByHop.Contains(header.Key) || HopByHop.Nominates(nominated, header.Key))
            {
                continue;
            }

            // With both framings Transfer-Encoding counts (RFC 9112, section 6.3); the client's is made anew anyway.
            if (chunked && header.Key.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            StringValues values = header.Value.Count <= 1 ? header.Value.ToString() : header.Value.ToArray();
            StringValues present = target[header.Key];
            target[header.Key] = present.Count == 0 ? values : StringValues.Concat(present, values);
        }
    }

    private static string[] Nominated(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(HeaderNames.Connection, out HeaderStringValues connection))
        {
            return [];
        }

        string value = connection.ToString();
        return value is "keep-alive" or "close" or "Upgrade" or "upgrade"
            ? []
            : value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Milliseconds(Exchange exchange, long from, long to) =>
        ((long)exchange.Time.GetElapsedTime(from, to).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
