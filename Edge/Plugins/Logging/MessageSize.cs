using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>
/// Bytes of a message, head and body, counted as if it were written in HTTP/1.1. Of the request what plugins made of its
/// headers is counted; chunk framing is not.
/// </summary>
internal static class MessageSize
{
    /// <summary>Colon, space, CR, LF.</summary>
    private const int FieldOverhead = 4;

    /// <summary>The version with its spaces, and the line ends of the first line and of the head.</summary>
    private const int RequestOverhead = 14;

    /// <summary>Version, code and a reason of ten letters.</summary>
    private const int ResponseOverhead = 28;

    public static long OfRequest(Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;
        string target = exchange.Http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        return request.Method.Length + target.Length + RequestOverhead + OfHeaders(request.Headers) + exchange.BytesIn;
    }

    public static long OfResponse(Exchange exchange) =>
        ResponseOverhead + OfHeaders(exchange.Http.Response.Headers) + exchange.BytesOut;

    private static long OfHeaders(IHeaderDictionary headers)
    {
        long size = 0;
        foreach ((string name, StringValues values) in headers)
        {
            for (int i = 0; i < values.Count; i++)
            {
                size += name.Length + FieldOverhead + (values[i]?.Length ?? 0);
            }
        }

        return size;
    }
}
