using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mesh.Grains.Schemas.Formats;

internal static class PathChecks
{
    /// <summary>Characters of a regular expression: compiling a megabyte of alternatives takes seconds, even to refuse it.</summary>
    private const int MaxPatternLength = 8192;

    /// <summary>The path of a service or a health check.</summary>
    public static string? Path(JsonNode node)
    {
        var path = node.GetValue<string>();
        return path.Contains("//", StringComparison.Ordinal) ? "must not have empty segments" : Characters(path) ?? Escapes(path);
    }

    /// <summary>A route's path: plain in normal form, or <c>~</c> and a regular expression.</summary>
    public static string? RoutePath(JsonNode node)
    {
        var path = node.GetValue<string>();
        if (path.Contains("//", StringComparison.Ordinal))
        {
            return "must not have empty segments";
        }

        if (path.StartsWith("~/", StringComparison.Ordinal))
        {
            return Regex(path[1..]);
        }

        if (path[0] != '/')
        {
            return "should start with: / (fixed path) or ~/ (regex path)";
        }

        if (Characters(path) is null && Escapes(path) is { } message)
        {
            return message;
        }

        var normal = PathNormalForm.Of(path);
        return normal == path ? null : $"non-normalized path, consider use '{normal}' instead";
    }

    /// <summary>The router matches without backtracking, so an expression that needs it (look-around, back-references) is refused.</summary>
    public static string? Regex(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
        {
            return $"invalid regex: longer than {MaxPatternLength} characters";
        }

        try
        {
            _ = new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return $"invalid regex: '{pattern}' ({error.Message})";
        }
    }

    private static string? Characters(string path)
    {
        foreach (var c in path)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !".-_~/%:@!$&'()*+,;=".Contains(c))
            {
                return $"invalid path: '{path}' (characters outside of the reserved list of RFC 3986 found)";
            }
        }

        return null;
    }

    private static string? Escapes(string path)
    {
        for (var i = path.IndexOf('%'); i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                return $"invalid url-encoded value: '{path[i..Math.Min(i + 3, path.Length)]}'";
            }
        }

        return null;
    }
}
