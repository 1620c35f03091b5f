using System.Text.RegularExpressions;

namespace Mesh.Edge.Plugins.Cors;

/// <summary>
/// One entry of <c>origins</c>: an origin, or a regular expression over whole origins (or, when it holds no colon, over hosts).
/// </summary>
internal sealed class AllowedOrigin
{
    public const string Any = "*";

    /// <summary>Characters of an entry.</summary>
    private const int MaxPatternLength = 4096;

    private readonly string? exact;
    private readonly Regex? pattern;
    private readonly bool byHost;

    public AllowedOrigin(string entry)
    {
        if (IsPlain(entry))
        {
            exact = RequestOrigin.Parse(entry).Text;
            return;
        }

        byHost = !entry.Contains(':');
        pattern = Compile(entry);
    }

    /// <summary>Nothing in it is special to regular expressions but the dots of a name.</summary>
    public static bool IsPlain(string entry) => entry.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '/' or '-');

    public static bool IsPattern(string entry)
    {
        if (entry.Length > MaxPatternLength)
        {
            return false;
        }

        try
        {
            Compile(entry);
            return true;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    public bool Matches(in RequestOrigin origin) =>
        pattern is null ? string.Equals(exact, origin.Text, StringComparison.Ordinal) : pattern.IsMatch(byHost ? origin.Host : origin.Text);

    /// <summary>Matched whole: <c>a\.com|b\.com</c> allows neither <c>a.com.evil</c> nor <c>evil-b.com</c>.</summary>
    private static Regex Compile(string entry)
    {
        string text = entry.StartsWith('^') ? entry[1..] : entry;
        text = text.EndsWith('$') && !text.EndsWith("\\$", StringComparison.Ordinal) ? text[..^1] : text;
        return new Regex($@"\A(?:{text})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
