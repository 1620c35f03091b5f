using System.Buffers;
using System.Text;

namespace Mesh.Edge.Plugins.RequestTransformer;

/// <summary>A path made from a template, as it may go to an upstream.</summary>
internal static class UpstreamPathText
{
    /// <summary>What stands in a path as it is; <c>?</c> and <c>#</c> do not, so that no value from the request ends the path.</summary>
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("!$&'()*+,/:;=@[]-_.~%ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>
    /// False for a path that does not begin with a slash or that has a segment <c>.</c> or <c>..</c>, however spelled: values
    /// from the request may fill in a path, not lead out of it.
    /// </summary>
    public static bool TryEncode(string path, out string encoded)
    {
        encoded = path.AsSpan().ContainsAnyExcept(Allowed) || path.Contains('%') ? Encode(path) : path;
        return path.StartsWith('/') && !encoded.Split('/').Any(IsDotSegment);
    }

    private static bool IsDotSegment(string segment) =>
        segment.Length is > 0 and <= 6 && segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    private static string Encode(string path)
    {
        var builder = new StringBuilder(path.Length + 16);
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            char character = (char)bytes[i];
            bool stands = character == '%'
                ? i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2])
                : Allowed.Contains(character);
            if (stands)
            {
                builder.Append(character);
            }
            else
            {
                builder.Append('%').Append(bytes[i].ToString("X2"));
            }
        }

        return builder.ToString();
    }
}
