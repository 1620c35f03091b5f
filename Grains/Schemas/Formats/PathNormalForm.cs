using System.Text;

namespace Mesh.Grains.Schemas.Formats;

/// <summary>The form in which request paths are matched; a route's plain paths must be written in it (Kong's tools/uri.lua).</summary>
internal static class PathNormalForm
{
    private const string Reserved = "!*'();:@&=+$,/?%#[]";

    /// <summary>Decodes escapes of characters that are not reserved, removes dot segments and merges slashes.</summary>
    public static string Of(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var decoded = new byte[bytes.Length];
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%' || i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                decoded[length++] = bytes[i];
                continue;
            }

            var value = (byte)((Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]]))[0]);
            if (Reserved.Contains((char)value))
            {
                decoded[length++] = (byte)'%';
                decoded[length++] = (byte)char.ToUpperInvariant((char)bytes[i + 1]);
                decoded[length++] = (byte)char.ToUpperInvariant((char)bytes[i + 2]);
            }
            else
            {
                decoded[length++] = value;
            }

            i += 2;
        }

        return RemoveDotSegments(Encoding.UTF8.GetString(decoded, 0, length));
    }

    private static string RemoveDotSegments(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal))
        {
            return path;
        }

        var segments = path.Split('/');
        var kept = new List<string>(segments.Length);
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            if (segment == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (segment.Length > 0 && segment is not ("." or ".."))
            {
                kept.Add(segment);
            }
        }

        var slash = kept.Count == 0 || segments[^1] is "" or "." or "..";
        return "/" + string.Join('/', kept) + (slash && kept.Count > 0 ? "/" : "");
    }
}
