using System.Text.Json.Nodes;

namespace Mesh.Grains.Schemas.Formats;

internal static class TextChecks
{
    /// <summary>Kong's utf8_name.</summary>
    public static string? Name(JsonNode node)
    {
        var name = node.GetValue<string>();
        foreach (var c in name)
        {
            if (c < 128 && !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '~'))
            {
                return $"invalid value '{name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~";
            }
        }

        return null;
    }

    public static string? Tag(JsonNode node) => Tag(node.GetValue<string>());

    public static string? Tag(string tag)
    {
        foreach (var c in tag)
        {
            if (c is < ' ' or ',' or '/' or '\u007f')
            {
                return $"invalid tag '{tag}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences";
            }
        }

        return null;
    }

    public static string? HeaderName(JsonNode node)
    {
        var name = node.GetValue<string>();
        return OnlyTokens(name, "-_") ? null : $"bad header name '{name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'";
    }

    /// <summary>A token of RFC 9110 §5.6.2.</summary>
    public static string? CookieName(JsonNode node)
    {
        var name = node.GetValue<string>();
        return OnlyTokens(name, "!#$%&'*+-.^_`|~") ? null : $"bad cookie name '{name}'";
    }

    private static bool OnlyTokens(string text, string others)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !others.Contains(c))
            {
                return false;
            }
        }

        return true;
    }
}
