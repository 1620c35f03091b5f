using System.Diagnostics.CodeAnalysis;

namespace Mesh.Grains.Search;

/// <summary>The ids that begin with a text: they stand together, for ids are ordered as they are written.</summary>
internal sealed record IdRange(Guid First, Guid Last)
{
    /// <summary>So much of an id is asked for that it can mean nothing else.</summary>
    private const int MinCharacters = 8;

    private const string Least = "00000000-0000-0000-0000-000000000000";
    private const string Most = "ffffffff-ffff-ffff-ffff-ffffffffffff";

    /// <returns>False when no id begins so.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out IdRange? range)
    {
        range = text.Length >= MinCharacters && text.Length <= Least.Length
            && Guid.TryParseExact(text + Least[text.Length..], "D", out Guid first)
            && Guid.TryParseExact(text + Most[text.Length..], "D", out Guid last)
            ? new IdRange(first, last)
            : null;
        return range is not null;
    }

    public bool Contains(Guid id) => id.CompareTo(First) >= 0 && id.CompareTo(Last) <= 0;
}
