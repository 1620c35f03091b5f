using System.Text.RegularExpressions;

namespace Mesh.Edge.Routing;

/// <summary>
/// A regex of a route, on a path or on a header value. Kong writes Rust's dialect (linear time, no look-around, no back
/// references), and so the non-backtracking engine can stand for it; what the two dialects read differently is translated
/// or refused by <see cref="PatternTranslation"/>.
/// </summary>
internal sealed class RoutePattern
{
    /// <summary>Characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Nodes of the automaton after counted repeats are written out; beyond it <c>(a{999}){999}</c> would take gigabytes.</summary>
    private const int MaxAutomatonNodes = 10_000;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private readonly string source;
    private Regex? regex;

    static RoutePattern() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", MaxAutomatonNodes);

    private RoutePattern(string source, string literalPrefix)
    {
        this.source = source;
        LiteralPrefix = literalPrefix;
    }

    /// <summary>What every text that an anchored pattern matches starts with; empty when nothing is sure.</summary>
    public string LiteralPrefix { get; }

    public Regex Regex => regex ?? throw new InvalidOperationException("a pattern is compiled before its route is placed");

    /// <summary>
    /// Kong puts <c>^</c> in front of the text of the pattern, so that <c>a|b</c> is anchored in its first branch only.
    /// </summary>
    public static RoutePattern ForPath(string pattern) => new("^" + pattern, PatternTranslation.LiteralPrefix(pattern));

    /// <summary>Unanchored on the lower-cased value; the pattern is lower-cased too, with all that this does to <c>\S</c>.</summary>
    public static RoutePattern ForHeader(string pattern) => new(pattern.ToLowerInvariant(), "");

    /// <summary>Compiles the pattern. Without it, a pattern that is only compared costs nothing.</summary>
    /// <returns>Why the pattern cannot be used; null when it can.</returns>
    public string? Compile()
    {
        if (source.Length > MaxLength)
        {
            return $"the regex is longer than {MaxLength} characters";
        }

        if (PatternTranslation.Translate(source, out string translated) is { } unsupported)
        {
            return $"the regex '{source}' cannot be used: {unsupported}";
        }

        try
        {
            regex = new Regex(translated, Options);
            return null;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return $"the regex '{source}' cannot be used: {error.Message}";
        }
    }
}
