using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Routing;

/// <summary>A header that must have one of the listed values, in any case, or match one of the regexes (<c>~*…</c>).</summary>
internal sealed class HeaderCondition
{
    private const string RegexMark = "~*";
    private readonly RoutePattern[] patterns;

    public HeaderCondition(string name, string[] values)
    {
        Name = new HeaderName(name);
        Values = [.. values.Where(value => !value.StartsWith(RegexMark, StringComparison.Ordinal)).Select(value => value.ToLowerInvariant())];
        patterns =
        [
            .. values.Where(value => value.StartsWith(RegexMark, StringComparison.Ordinal))
                .Select(value => RoutePattern.ForHeader(value[RegexMark.Length..])),
        ];
    }

    public HeaderName Name { get; }

    /// <summary>In lower case.</summary>
    public string[] Values { get; }

    /// <summary>Values and regexes, as an explanation shows them.</summary>
    public IEnumerable<string> Asked => [.. Values, .. patterns.Select(pattern => RegexMark + pattern.Source)];

    /// <summary>Nothing but the values matches, so that the condition can be looked up by the request's value.</summary>
    public bool Indexable => patterns.Length == 0 && Values.All(value => value.Length <= CandidateSplit.MaxIndexedLength);

    /// <returns>Why the condition cannot be used; null when it can.</returns>
    public string? Compile() => Values.Length + patterns.Length == 0
        ? $"header '{Name.Canonical}' lists no values"
        : patterns.Select(pattern => pattern.Compile()).FirstOrDefault(problem => problem is not null);

    public bool Matches(IHeaderDictionary headers)
    {
        foreach (string? value in Name.Read(headers))
        {
            if (value is not null && (Lists(value) || MatchesPattern(value)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Lists(string value)
    {
        foreach (string listed in Values)
        {
            if (string.Equals(listed, value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesPattern(string value)
    {
        foreach (RoutePattern pattern in patterns)
        {
            if (pattern.Regex.IsMatch(value.ToLowerInvariant()))
            {
                return true;
            }
        }

        return false;
    }
}
