using System.Text.RegularExpressions;

namespace Mesh.Edge.Routing;

/// <summary>
/// Tells patterns on which a backtracking matcher is certain to take time linear in the text. Most route regexes are of
/// this kind (<c>/users/(?&lt;id&gt;\d+)/posts$</c>), and the backtracking engine needs a hundredth of the memory and of
/// the time to build of the non-backtracking one, which every other pattern gets.
/// </summary>
/// <remarks>
/// Linear is: an anchored pattern in which unbounded loops repeat single characters, none stands in a repeated group, each
/// but the last is followed by a character that it cannot take itself (so giving characters back never helps), and which has
/// few other choices. What is not understood is not linear.
/// </remarks>
internal static class LinearPattern
{
    /// <summary>Optional parts and branches; each can double the work.</summary>
    private const int MaxChoices = 6;

    /// <param name="pattern">A pattern in .NET's words, without its anchor.</param>
    public static bool IsLinear(string pattern)
    {
        int choices = 0;
        bool free = false;
        int depth = 0;
        for (int at = 0; at < pattern.Length;)
        {
            switch (pattern[at])
            {
                case '(':
                    depth++;
                    at = AfterGroupHead(pattern, at);
                    break;
                case ')':
                    depth--;
                    at++;
                    if (at < pattern.Length && pattern[at] is '*' or '+' or '{')
                    {
                        return false;
                    }

                    break;
                case '|' when depth == 0:
                case '^':
                    return false;
                case '|' or '?':
                    choices++;
                    at++;
                    break;
                default:
                    string atom = Atom(pattern, at);
                    at += atom.Length;
                    switch (Quantifier(pattern, ref at))
                    {
                        case '?':
                            choices++;
                            break;
                        case '*' when free:
                            return false;
                        case '*':
                            free = !IsDelimited(atom, pattern, at);
                            break;
                        default:
                            break;
                    }

                    break;
            }

            if (at < 0 || choices > MaxChoices)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>-1 for a group that is not a plain, a non-capturing or a named one.</summary>
    private static int AfterGroupHead(string pattern, int at)
    {
        ReadOnlySpan<char> rest = pattern.AsSpan(at);
        if (!rest.StartsWith("(?"))
        {
            return at + 1;
        }

        return rest.StartsWith("(?:") ? at + 3
            : rest.StartsWith("(?<") && rest[3..] is [not ('=' or '!'), ..] ? at + rest.IndexOf('>') + 1
            : -1;
    }

    private static string Atom(string pattern, int at)
    {
        int end = pattern[at] switch
        {
            '\\' when at + 2 < pattern.Length && pattern[at + 1] is 'p' or 'P' => pattern.IndexOf('}', at) + 1,
            '\\' => at + 2,
            '[' => PatternTranslation.EndOfClass(pattern, at) + 1,
            _ => at + 1,
        };
        return pattern[at..Math.Clamp(end, at + 1, pattern.Length)];
    }

    /// <summary><c>*</c> for every unbounded quantifier, <c>?</c> for every other one, a space for none.</summary>
    private static char Quantifier(string pattern, ref int at)
    {
        if (at >= pattern.Length || pattern[at] is not ('*' or '+' or '?' or '{'))
        {
            return ' ';
        }

        char quantifier = pattern[at] == '?' ? '?' : '*';
        if (pattern[at] == '{')
        {
            int end = pattern.IndexOf('}', at);
            at = end < 0 ? at : end;
        }

        at++;
        if (at < pattern.Length && pattern[at] is '?')
        {
            at++;
        }

        return quantifier;
    }

    /// <summary>What must come after the loop is a character that the loop does not take.</summary>
    private static bool IsDelimited(string atom, string pattern, int at)
    {
        while (at < pattern.Length && pattern[at] == ')' && !(at + 1 < pattern.Length && pattern[at + 1] is '?'))
        {
            at++;
        }

        if (at >= pattern.Length || !(char.IsAsciiLetterOrDigit(pattern[at]) || pattern[at] is '/' or '-' or '_' or ':' or '=' or ','))
        {
            return false;
        }

        char next = pattern[at++];
        return Quantifier(pattern, ref at) == ' ' && !Regex.IsMatch(next.ToString(), atom);
    }
}
