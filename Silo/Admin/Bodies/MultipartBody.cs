using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Mesh.Silo.Admin.Bodies;

/// <summary>The parts of a <c>multipart/form-data</c> body as pairs; files (a certificate sent with <c>curl -F cert=@…</c>) count as their text.</summary>
internal static class MultipartBody
{
    /// <returns>Null when the body is not well-formed; one pair more than <paramref name="limit"/> when there are too many.</returns>
    public static async Task<List<KeyValuePair<string, string>>?> Parse(string contentType, byte[] body, int limit, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
        {
            return null;
        }

        try
        {
            List<KeyValuePair<string, string>> pairs = [];
            MultipartReader reader = new(boundary.ToString(), new MemoryStream(body));
            while (pairs.Count <= limit && await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition || HeaderUtilities.RemoveQuotes(disposition.Name) is not { Length: > 0 } name)
                {
                    return null;
                }

                using StreamReader text = new(section.Body, Encoding.UTF8);
                pairs.Add(new(name.ToString(), await text.ReadToEndAsync(cancel)));
            }

            return pairs;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }
}
