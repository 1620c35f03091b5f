namespace Mesh.Abstractions.Configuration;

/// <summary>Entities that contain a text, whatever its case, in one of their searched fields; by kind and then by id.</summary>
/// <param name="Text">1 … <see cref="MaxTextLength"/> characters.</param>
/// <param name="Kind">Only this kind; null: all.</param>
/// <param name="After">Continue behind this entity; null for the first page.</param>
/// <param name="Size">1 … 1000 entities.</param>
[GenerateSerializer, Immutable, Alias("mesh.search-query")]
public sealed record SearchQuery(string Text, string? Kind = null, SearchPlace? After = null, int Size = 100)
{
    public const int MaxTextLength = 256;
}

[GenerateSerializer, Immutable, Alias("mesh.search-place")]
public sealed record SearchPlace(string Kind, Guid Id);

/// <param name="Next">Continue behind this entity; null when there is no more.</param>
[GenerateSerializer, Immutable, Alias("mesh.search-page")]
public sealed record SearchPage(long Revision, SearchHit[] Hits, SearchPlace? Next);

/// <param name="Name">What the entity is called; null when it has no name.</param>
/// <param name="Matched">The values that contain the text.</param>
[GenerateSerializer, Immutable, Alias("mesh.search-hit")]
public sealed record SearchHit(string Kind, Guid Id, string? Name, SearchMatch[] Matched);

[GenerateSerializer, Immutable, Alias("mesh.search-match")]
public sealed record SearchMatch(string Field, string Value);
