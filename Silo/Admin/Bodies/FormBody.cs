using System.Net;
using System.Text;

namespace Mesh.Silo.Admin.Bodies;

/// <summary>The pairs of an <c>application/x-www-form-urlencoded</c> body, in order.</summary>
internal static class FormBody
{
    /// <returns>One pair more than <paramref name="limit"/> when there are too many.</returns>
    public static List<KeyValuePair<string, string>> Parse(byte[] body, int limit)
    {
        List<KeyValuePair<string, string>> pairs = [];
        ReadOnlySpan<char> text = Encoding.UTF8.GetString(body).AsSpan().Trim("\r\n");
        foreach (Range range in text.Split('&'))
        {
            ReadOnlySpan<char> pair = text[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            int equals = pair.IndexOf('=');
            string name = Decode(equals < 0 ? pair : pair[..equals]);
            pairs.Add(new(name, equals < 0 ? "" : Decode(pair[(equals + 1)..])));
            if (pairs.Count > limit)
            {
                break;
            }
        }

        return pairs;
    }

    private static string Decode(ReadOnlySpan<char> text) => WebUtility.UrlDecode(text.ToString());
}
