using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
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

        string via = message.Version.Major >= 2 ? Product.ViaHttp2 : Product.ViaHttp1;
        headers.Via = headers.Via.Count == 0 ? via : $"{headers.Via}, {via}";
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
