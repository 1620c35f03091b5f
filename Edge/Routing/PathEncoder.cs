using System.Buffers;
using System.Text;

namespace Mesh.Edge.Routing;

/// <summary>Writes a path for the wire: everything outside Kong's list (<c>tools/uri.lua</c>, escape) is percent-encoded.</summary>
internal static class PathEncoder
{
    private static readonly SearchValues<char> Sent = SearchValues.Create(
        "!#$&'()*+,/:;=?@[]-_.~%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Returns the same string when there is nothing to encode. <c>%</c> is never encoded: a normalized path has it only in escapes.</summary>
    public static string Encode(string path)
    {
        int first = path.AsSpan().IndexOfAnyExcept(Sent);
        if (first < 0)
        {
            return path;
        }

        var wire = new StringBuilder(path, 0, first, path.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in path.AsSpan(first).EnumerateRunes())
        {
            if (rune.IsBmp && Sent.Contains((char)rune.Value))
            {
                wire.Append((char)rune.Value);
                continue;
            }

            foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                wire.Append('%').Append(value.ToString("X2"));
            }
        }

        return wire.ToString();
    }
}
