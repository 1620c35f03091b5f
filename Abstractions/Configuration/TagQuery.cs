namespace Mesh.Abstractions.Configuration;

/// <summary>A page of tags, by kind, tag and entity.</summary>
/// <param name="Tag">Only this one; null: all.</param>
/// <param name="After">Start behind this place; null for the first page.</param>
/// <param name="Size">1 … 1000 places.</param>
[GenerateSerializer, Immutable, Alias("mesh.tag-query")]
public sealed record TagQuery(string? Tag, TagPlace? After, int Size);

/// <summary>A tag on an entity.</summary>
[GenerateSerializer, Immutable, Alias("mesh.tag-place")]
public sealed record TagPlace(string Kind, string Tag, Guid Id);

/// <param name="Next">Place to continue after; null when this page is the last.</param>
[GenerateSerializer, Immutable, Alias("mesh.tag-page")]
public sealed record TagPage(long Revision, TagPlace[] Places, TagPlace? Next);
