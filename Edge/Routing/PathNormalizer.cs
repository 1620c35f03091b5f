using System.Buffers;
using System.Text;

namespace Mesh.Edge.Routing;

/// <summary>
/// The one reading of a request's path, as Kong's <c>tools/uri.lua</c>: escapes of reserved characters stay (hex in upper
/// case), all others are decoded, dot segments are removed, slashes merged. What comes out is matched, seen by plugins, and
/// (through <see cref="PathEncoder"/>) what the upstream gets; normalizing it again changes nothing.
/// </summary>
/// <remarks>
/// Refused, because no reading of them is sure to be the upstream's too: an escape that is not <c>%XX</c> (left alone,
/// <c>%4%31</c> would turn into the escape <c>%41</c>), <c>%00</c> (both as nginx in front of Kong), a fragment (RFC 9112
/// allows none in a request target, and clients of ours would cut it off), and a path that does not start with a slash.
/// Escaped bytes that are not UTF-8 stay escaped. Dot segments above the root end at the root.
/// </remarks>
internal static class PathNormalizer
{
    private const string Reserved = "!*'();:@&=+$,/?%#[]";
    private const int StackChars = 512;
    private static readonly SearchValues<char> Suspects = SearchValues.Create("%.#\0");

    /// <summary>Splits a request target in origin form into the normalized path and the query (with its <c>?</c>, or empty).</summary>
    public static bool TrySplit(string target, out string path, out string query)
    {
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        query = mark < 0 ? "" : target[mark..];
        return TryNormalize(mark < 0 ? target : target[..mark], out path);
    }

    /// <summary>False for a path that must be answered with 400. An empty path is the root.</summary>
    public static bool TryNormalize(string rawPath, out string path)
    {
        path = rawPath.Length == 0 ? "/" : rawPath;
        if (path[0] != '/')
        {
            return false;
        }

        if (path.AsSpan().IndexOfAny(Suspects) < 0 && path.AsSpan().IndexOf("//") < 0 && Ascii.IsValid(path))
        {
            return true;
        }

        char[]? rented = path.Length > StackChars ? ArrayPool<char>.Shared.Rent(path.Length) : null;
        Span<char> buffer = rented ?? stackalloc char[StackChars];
        bool good = TryDecode(path, buffer, out int length);
        if (good)
        {
            ReadOnlySpan<char> normal = buffer[..RemoveSegments(buffer[..length])];
            path = normal.SequenceEqual(path) ? path : new string(normal);
        }

        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return good;
    }

    /// <summary>The stages that change the path, in order; none when it is normal as it stands.</summary>
    /// <param name="flaw">Where the path is refused, in characters of <paramref name="rawPath"/>; -1 when it is good.</param>
    public static IReadOnlyList<NormalizationStep> Steps(string rawPath, out int flaw)
    {
        string path = rawPath.Length == 0 ? "/" : rawPath;
        char[] buffer = new char[path.Length];
        int decoded = 0;
        if (path[0] != '/' || !TryDecode(path, buffer, out decoded))
        {
            flaw = decoded;
            return [];
        }

        flaw = -1;
        string unescaped = new(buffer, 0, decoded);
        string normal = new(buffer, 0, RemoveSegments(buffer.AsSpan(0, decoded)));
        List<NormalizationStep> steps = [];
        if (unescaped != rawPath)
        {
            steps.Add(new("escapes", "percent-escapes of unreserved characters decoded, hex digits of the others in upper case", unescaped));
        }

        if (normal != unescaped)
        {
            steps.Add(new("segments", "dot segments resolved, repeated slashes merged", normal));
        }

        return steps;
    }

    /// <param name="length">Of the output; on failure where in <paramref name="raw"/> it lies.</param>
    private static bool TryDecode(ReadOnlySpan<char> raw, Span<char> output, out int length)
    {
        length = 0;
        for (int at = 0; at < raw.Length;)
        {
            char c = raw[at];
            if (c != '%')
            {
                // A lone surrogate has no bytes to send.
                if (c is '#' or '\0' || Rune.DecodeFromUtf16(raw[at..], out _, out int width) != OperationStatus.Done)
                {
                    length = at;
                    return false;
                }

                raw.Slice(at, width).CopyTo(output[length..]);
                length += width;
                at += width;
            }
            else if (!TryByte(raw[at..], out byte value) || value == 0)
            {
                length = at;
                return false;
            }
            else if (value < 0x80)
            {
                length += Reserved.Contains((char)value) ? Escape(value, output[length..]) : Plain((char)value, output[length..]);
                at += 3;
            }
            else
            {
                at += 3 * DecodeRune(raw[at..], output, ref length);
            }
        }

        return true;
    }

    /// <summary>Decodes the escaped UTF-8 character at the start of <paramref name="raw"/>, or keeps the first byte's escape.</summary>
    /// <returns>Escapes consumed.</returns>
    private static int DecodeRune(ReadOnlySpan<char> raw, Span<char> output, ref int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        int count = 0;
        while (count < 4 && TryByte(raw[(3 * count)..], out byte value) && value >= 0x80)
        {
            bytes[count++] = value;
        }

        if (Rune.DecodeFromUtf8(bytes[..count], out Rune rune, out int used) == OperationStatus.Done)
        {
            length += rune.EncodeToUtf16(output[length..]);
            return used;
        }

        length += Escape(bytes[0], output[length..]);
        return 1;
    }

    private static bool TryByte(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length >= 3 && text[0] == '%' && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2])
            && byte.TryParse(text.Slice(1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }

    private static int Plain(char c, Span<char> output)
    {
        output[0] = c;
        return 1;
    }

    private static int Escape(byte value, Span<char> output)
    {
        output[0] = '%';
        value.TryFormat(output[1..], out _, "X2");
        return 3;
    }

    /// <summary>Drops empty and dot segments in place; a path that ended in one of them ends in a slash.</summary>
    private static int RemoveSegments(Span<char> path)
    {
        int length = 0;
        for (int at = 0; at < path.Length;)
        {
            int end = path[(at + 1)..].IndexOf('/');
            end = end < 0 ? path.Length : at + 1 + end;
            ReadOnlySpan<char> segment = path[(at + 1)..end];
            if (segment is "..")
            {
                length = Math.Max(0, path[..length].LastIndexOf('/'));
            }

            if (segment is "" or "." or "..")
            {
                if (end == path.Length)
                {
                    path[length++] = '/';
                }
            }
            else
            {
                path[at..end].CopyTo(path[length..]);
                length += end - at;
            }

            at = end;
        }

        return length;
    }
}
