using System.Text.Json.Nodes;

namespace Mesh.Abstractions.Schemas;

/// <summary>The declaration of an entity kind.</summary>
public sealed record EntitySchema
{
    /// <summary>Name in documents and in the log, such as <c>key_sets</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Path segment in the Admin API, such as <c>key-sets</c>; for credentials the top-level one, such as <c>key-auths</c>.</summary>
    public required string AdminName { get; init; }

    /// <summary>Path segment under the parent, such as <c>key-auth</c> under a consumer; equals <see cref="AdminName"/> unless set.</summary>
    public string? AdminNestedName { get; init; }

    /// <summary>The unique field that can stand for the id in paths; null when there is none.</summary>
    public string? EndpointKey { get; init; }

    /// <summary>All fields, <c>id</c>, <c>created_at</c>, <c>updated_at</c> and <c>tags</c> included, in Kong's order.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    public IReadOnlyList<EntityCheck> Checks { get; init; } = [];

    /// <summary>Sets of fields that are unique together.</summary>
    public IReadOnlyList<string[]> UniqueTogether { get; init; } = [];

    /// <summary>Write-only fields that stand for others (a service's <c>url</c>).</summary>
    public IReadOnlyList<Field> ShorthandFields { get; init; } = [];

    /// <summary>
    /// Rewrites a client's body before it is checked: turns <see cref="ShorthandFields"/> (already checked) into the fields that
    /// they stand for, and settles fields that depend on each other.
    /// </summary>
    public Action<JsonObject>? Expand { get; init; }

    /// <summary>Fills in what follows from other fields (digests, normal forms) once the entity is good.</summary>
    public Action<JsonObject>? Derive { get; init; }

    public Field? Find(string name) => Fields.FirstOrDefault(field => field.Name == name);
}
