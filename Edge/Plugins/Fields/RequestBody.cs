using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.Fields;

/// <summary>Reads a request's body ahead of the forwarder, which still gets all of it, or puts another in its place.</summary>
internal static class RequestBody
{
    /// <summary>Bytes of a body that a plugin looks into.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Bytes allocated on the client's word alone.</summary>
    private const int FirstBuffer = 16 * 1024;

    /// <summary>The whole body; null when it is longer than <see cref="MaxBytes"/>. Either way it can be read again from the start.</summary>
    public static async ValueTask<byte[]?> Read(Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;
        if (request.ContentLength > MaxBytes)
        {
            return null;
        }

        Stream body = request.Body;
        byte[] buffer = new byte[Math.Min(request.ContentLength ?? FirstBuffer, FirstBuffer) + 1];
        int length = 0;
        while (true)
        {
            int read = await body.ReadAsync(buffer.AsMemory(length), exchange.Http.RequestAborted);
            length += read;
            if (read == 0 || length > MaxBytes)
            {
                break;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxBytes + 1));
            }
        }

        if (length > MaxBytes)
        {
            request.Body = new ReplayStream(buffer.AsMemory(0, length), body);
            return null;
        }

        Array.Resize(ref buffer, length);
        request.Body = new MemoryStream(buffer, writable: false);
        return buffer;
    }

    /// <summary>Puts a body of known length in place of the client's.</summary>
    public static void Replace(Exchange exchange, byte[] body)
    {
        HttpRequest request = exchange.Http.Request;
        request.Body = new MemoryStream(body, writable: false);
        request.Headers.TransferEncoding = default;
        request.ContentLength = body.Length;
        exchange.Http.Features.Set<IHttpRequestBodyDetectionFeature>(new Detected(body.Length > 0));
    }

    /// <summary>The fields of a body by its content type; null when they cannot be told.</summary>
    public static async ValueTask<IBodyFields?> Parse(Exchange exchange, byte[] body, bool dotsInKeys)
    {
        if (!MediaTypeHeaderValue.TryParse(exchange.Http.Request.ContentType, out MediaTypeHeaderValue? type))
        {
            return null;
        }

        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" => JsonFields.Parse(body, dotsInKeys),
            "application/x-www-form-urlencoded" => Arguments.Parse(System.Text.Encoding.Latin1.GetString(body)),
            "multipart/form-data" => await MultipartFields.Parse(body, type),
            _ => null,
        };
    }

    private sealed record Detected(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
