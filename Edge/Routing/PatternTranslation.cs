using System.Text;

namespace Mesh.Edge.Routing;

/// <summary>Rust's regex dialect in .NET's words. What .NET would silently read as something else is refused.</summary>
internal static class PatternTranslation
{
    private const string Meta = ".[(*+?{|^$)";

    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = "\\x00-\\x7F", ["blank"] = "\\t ",
        ["cntrl"] = "\\x00-\\x1F\\x7F", ["digit"] = "0-9", ["graph"] = "!-~", ["lower"] = "a-z", ["print"] = " -~",
        ["punct"] = "!-/:-@\\[-`{-~", ["space"] = "\\t-\\r ", ["upper"] = "A-Z", ["word"] = "0-9A-Za-z_", ["xdigit"] = "0-9A-Fa-f",
    };

    /// <returns>What is not supported; null when the translation holds.</returns>
    public static string? Translate(string pattern, out string translated)
    {
        var output = new StringBuilder(pattern.Length + 8);
        translated = "";
        bool multiline = pattern.Contains("(?m", StringComparison.Ordinal);
        for (int at = 0; at < pattern.Length;)
        {
            string? problem = null;
            switch (pattern[at])
            {
                case '\\':
                    problem = Escape(pattern, ref at, output);
                    break;
                case '[':
                    problem = Class(pattern, ref at, output);
                    break;
                case '$' when !multiline:
                    // In .NET it also matches in front of a newline at the end: /admin%0A would pass for ^/admin$.
                    output.Append("\\z");
                    at++;
                    break;
                case '(' when pattern.AsSpan(at).StartsWith("(?P<"):
                    output.Append("(?<");
                    at += 4;
                    break;
                default:
                    output.Append(pattern[at++]);
                    break;
            }

            if (problem is not null)
            {
                return problem;
            }
        }

        translated = output.ToString();
        return null;
    }

    /// <summary>The characters that a pattern, anchored at its start, must begin with.</summary>
    public static string LiteralPrefix(string pattern)
    {
        if (HasBranches(pattern))
        {
            return "";
        }

        var prefix = new StringBuilder();
        for (int at = 0; at < pattern.Length;)
        {
            bool escaped = pattern[at] == '\\' && at + 1 < pattern.Length && !char.IsAsciiLetterOrDigit(pattern[at + 1]);
            char literal = escaped ? pattern[at + 1] : pattern[at];
            if (!escaped && (literal == '\\' || Meta.Contains(literal)))
            {
                break;
            }

            at += escaped ? 2 : 1;
            char next = at < pattern.Length ? pattern[at] : '\0';
            if (next is '*' or '?' or '{')
            {
                break;
            }

            prefix.Append(literal);
            if (next == '+')
            {
                break;
            }
        }

        return prefix.ToString();
    }

    /// <summary>A bar outside of groups and classes.</summary>
    private static bool HasBranches(string pattern)
    {
        int depth = 0;
        for (int at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '\\':
                    at++;
                    break;
                case '[':
                    at = EndOfClass(pattern, at);
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '|' when depth <= 0:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Where the class that starts at <paramref name="at"/> is closed.</summary>
    internal static int EndOfClass(string pattern, int at)
    {
        int first = at + (at + 1 < pattern.Length && pattern[at + 1] == '^' ? 2 : 1);
        for (at = first; at < pattern.Length && (pattern[at] != ']' || at == first); at++)
        {
            at += pattern[at] == '\\' ? 1 : 0;
        }

        return at;
    }

    private static string? Escape(string pattern, ref int at, StringBuilder output)
    {
        ReadOnlySpan<char> rest = pattern.AsSpan(at);
        if (rest.Length >= 3 && rest[1] is 'p' or 'P' && char.IsAsciiLetter(rest[2]))
        {
            output.Append(rest[..2]).Append('{').Append(rest[2]).Append('}');
            at += 3;
            return null;
        }

        if (rest.Length >= 3 && rest[1] is 'x' or 'u' or 'U' && rest[2] == '{')
        {
            return "escapes of the form \\x{…} are not supported";
        }

        if (rest.Length >= 2 && rest[1] is (>= '1' and <= '9') or 'k' or 'G' or 'Z')
        {
            return "back references, \\G and \\Z are not supported";
        }

        int length = Math.Min(2, rest.Length);
        output.Append(rest[..length]);
        at += length;
        return null;
    }

    private static string? Class(string pattern, ref int at, StringBuilder output)
    {
        output.Append(pattern[at++]);
        if (at < pattern.Length && pattern[at] == '^')
        {
            output.Append(pattern[at++]);
        }

        for (bool first = true; at < pattern.Length; first = false)
        {
            ReadOnlySpan<char> rest = pattern.AsSpan(at);
            if (rest[0] == '\\')
            {
                if (Escape(pattern, ref at, output) is { } problem)
                {
                    return problem;
                }

                continue;
            }

            if (rest[0] == '[')
            {
                int end = rest.IndexOf(":]");
                if (end < 2 || rest[1] != ':' || !PosixClasses.TryGetValue(rest[2..end].ToString(), out string? ranges))
                {
                    return "a class inside a class is not supported";
                }

                output.Append(ranges);
                at += end + 2;
                continue;
            }

            if (rest.StartsWith("&&") || rest.StartsWith("--") || rest.StartsWith("~~"))
            {
                return "class operators are not supported";
            }

            output.Append(rest[0]);
            at++;
            if (rest[0] == ']' && !first)
            {
                return null;
            }
        }

        return null;
    }
}
