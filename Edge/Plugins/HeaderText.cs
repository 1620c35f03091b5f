using System.Buffers;
using System.Text;

namespace Mesh.Edge.Plugins;

/// <summary>Text as it may stand in a header.</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    /// <summary>
    /// The header value for <paramref name="text"/>: control characters are left out, so that nobody's name starts a header
    /// of its own; the rest goes as UTF-8, one character a byte, as the edge reads and writes headers.
    /// </summary>
    public static string Encode(string text) => text.AsSpan().ContainsAnyExcept(Plain) ? EncodeBytes(text) : text;

    private static string EncodeBytes(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and not 0x7f or (byte)'\t')
            {
                builder.Append((char)value);
            }
        }

        return builder.ToString();
    }
}
