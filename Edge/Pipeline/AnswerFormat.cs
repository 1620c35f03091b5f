using Mesh.Edge.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Pipeline;

/// <summary>The form of an error body.</summary>
internal enum AnswerFormat
{
    Plain,
    Json,
    Html,
    Xml,
    Grpc,
}

/// <summary>Kong's choice: a gRPC client's own form, else the best of Accept, else the request's Content-Type, else the setting.</summary>
internal static class AnswerFormats
{
    /// <summary>Media ranges of one Accept header that are looked at.</summary>
    private const int MaxRanges = 32;

    public static AnswerFormat Choose(HttpRequest request, string defaultType)
    {
        if (IsGrpc(request))
        {
            return AnswerFormat.Grpc;
        }

        AnswerFormat fallback = Of(defaultType) ?? AnswerFormat.Plain;
        string accept = request.Headers.Accept.ToString();
        if (accept.Length > 0)
        {
            return OfAccept(accept, fallback);
        }

        return (request.ContentType is { } sent ? Of(sent) : null) ?? fallback;
    }

    public static bool IsGrpc(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && request.ContentType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private static AnswerFormat OfAccept(string accept, AnswerFormat fallback)
    {
        AnswerFormat best = fallback;
        double bestQuality = 0;
        int seen = 0;
        foreach (Range range in accept.AsSpan().Split(','))
        {
            if (++seen > MaxRanges)
            {
                break;
            }

            ReadOnlySpan<char> text = accept.AsSpan(range);
            if (!MediaTypeHeaderValue.TryParse(text.ToString(), out MediaTypeHeaderValue? media))
            {
                continue;
            }

            double quality = media.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("q", StringComparison.OrdinalIgnoreCase)) is { } q
                && double.TryParse(q.Value, out double value) ? value : 1;
            if (quality > bestQuality)
            {
                AnswerFormat? format = media.MatchesAllTypes ? fallback : Of(media.MediaType);
                if (format is { } known)
                {
                    (best, bestQuality) = (known, quality);
                }
            }
        }

        return best;
    }

    private static AnswerFormat? Of(ReadOnlySpan<char> type)
    {
        int end = type.IndexOf(';');
        ReadOnlySpan<char> media = (end < 0 ? type : type[..end]).Trim();
        return media switch
        {
            _ when Is(media, "application/json") || Is(media, "application/*") || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase) => AnswerFormat.Json,
            _ when Is(media, "text/html") || Is(media, "text/*") || Is(media, "application/xhtml+xml") => AnswerFormat.Html,
            _ when Is(media, "application/xml") || Is(media, "text/xml") => AnswerFormat.Xml,
            _ when Is(media, "text/plain") => AnswerFormat.Plain,
            _ => null,
        };
    }

    private static AnswerFormat? Of(Microsoft.Extensions.Primitives.StringSegment type) => Of(type.AsSpan());

    private static bool Is(ReadOnlySpan<char> media, string name) => media.Equals(name, StringComparison.OrdinalIgnoreCase);
}
