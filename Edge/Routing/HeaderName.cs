using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Routing;

/// <summary>A header name that a route asks for: in any case, and with <c>-</c> and <c>_</c> taken for the same.</summary>
internal sealed class HeaderName
{
    /// <summary>Separators up to which all spellings (two to the power of it) are looked up; beyond it the headers are gone through.</summary>
    private const int MaxSpelledSeparators = 3;

    private readonly string[] spellings;

    public HeaderName(string name)
    {
        Canonical = Canonicalize(name);
        spellings = Canonical.Count(c => c == '-') <= MaxSpelledSeparators ? [.. Spell(Canonical)] : [];
    }

    public string Canonical { get; }

    /// <summary>The values that the request has under the name in all its spellings.</summary>
    public StringValues Read(IHeaderDictionary headers)
    {
        StringValues found = default;
        foreach (string spelling in spellings)
        {
            if (headers.TryGetValue(spelling, out StringValues values))
            {
                found = found.Count == 0 ? values : StringValues.Concat(found, values);
            }
        }

        return spellings.Length > 0 ? found : Search(headers);
    }

    private StringValues Search(IHeaderDictionary headers)
    {
        StringValues found = default;
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            if (header.Key.Length == Canonical.Length && Canonicalize(header.Key) == Canonical)
            {
                found = StringValues.Concat(found, header.Value);
            }
        }

        return found;
    }

    private static string Canonicalize(string name) => name.Replace('_', '-').ToLowerInvariant();

    private static IEnumerable<string> Spell(string name)
    {
        int separator = name.IndexOf('-', StringComparison.Ordinal);
        if (separator < 0)
        {
            return [name];
        }

        string head = name[..separator];
        return Spell(name[(separator + 1)..]).SelectMany(tail => new[] { $"{head}-{tail}", $"{head}_{tail}" });
    }
}
