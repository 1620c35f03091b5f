using System.Text.RegularExpressions;

namespace Mesh.Edge.Routing;

/// <summary>
/// A regex of a route, on a path or on a header value. Kong writes Rust's dialect (linear time, no look-around, no back
/// references); what .NET reads differently is translated or refused by <see cref="PatternTranslation"/>.
/// </summary>
internal sealed class RoutePattern
{
    /// <summary>Characters.</summary>
    public const int MaxLength = 4096;

    private readonly bool anchored;
    private Regex? regex;

    private RoutePattern(string source, bool anchored)
    {
        Source = source;
        this.anchored = anchored;
        LiteralPrefix = anchored ? PatternTranslation.LiteralPrefix(source) : "";
    }

    /// <summary>As configured, without its mark; of a header in lower case.</summary>
    public string Source { get; }

    /// <summary>What every text that the pattern matches starts with; empty when nothing is sure.</summary>
    public string LiteralPrefix { get; }

    public Regex Regex => regex ?? throw new InvalidOperationException("a pattern is compiled before its route is placed");

    /// <summary>Matched from the start of the path, not to its end.</summary>
    public static RoutePattern ForPath(string pattern) => new(pattern, true);

    /// <summary>Unanchored on the lower-cased value; the pattern is lower-cased too, with all that this does to <c>\S</c>.</summary>
    public static RoutePattern ForHeader(string pattern) => new(pattern.ToLowerInvariant(), false);

    /// <summary>Compiles the pattern; one that is only compared need not be.</summary>
    /// <returns>Why the pattern cannot be used; null when it can.</returns>
    public string? Compile()
    {
        if (Source.Length > MaxLength)
        {
            return $"the regex is longer than {MaxLength} characters";
        }

        string? problem = PatternTranslation.Translate(Source, out string translated);
        if (problem is null)
        {
            try
            {
                // Kong puts the anchor in front of the text, so that of a|b only the first branch is anchored.
                RegexOptions options = anchored && LinearPattern.IsLinear(translated) ? RegexOptions.None : RegexOptions.NonBacktracking;
                regex = RegexPool.Get(anchored ? "^" + translated : translated, options);
                return null;
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                problem = error.Message;
            }
        }

        return $"the regex '{Source}' cannot be used: {problem}";
    }
}
