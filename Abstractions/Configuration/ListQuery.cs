namespace Mesh.Abstractions.Configuration;

/// <summary>A page of entities of one kind, in the order of their ids.</summary>
/// <param name="Parent">Only the children of this parent.</param>
/// <param name="After">Start behind this id; null for the first page.</param>
/// <param name="Size">1 … 1000 entities.</param>
/// <param name="Tags">Up to five.</param>
/// <param name="AllTags">True: every tag must be present (<c>a,b</c>); false: any of them (<c>a/b</c>).</param>
/// <param name="Where">Exact match on unique fields, such as <c>custom_id</c>.</param>
[GenerateSerializer, Immutable, Alias("mesh.list-query")]
public sealed record ListQuery(
    string Kind,
    EntityParent? Parent = null,
    Guid? After = null,
    int Size = 100,
    string[]? Tags = null,
    bool AllTags = true,
    FieldMatch[]? Where = null);

[GenerateSerializer, Immutable, Alias("mesh.field-match")]
public sealed record FieldMatch(string Field, string Value);

/// <param name="Documents">Canonical JSON each.</param>
/// <param name="Next">Id to continue after; null when this page is the last.</param>
/// <param name="ParentMissing">The parent named by the query does not exist.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-page")]
public sealed record EntityPage(long Revision, byte[][] Documents, Guid? Next, bool ParentMissing = false);

/// <param name="Document">Canonical JSON; null when there is no such entity.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-reading")]
public sealed record EntityReading(long Revision, Guid Id, byte[]? Document, bool ParentMissing = false);
