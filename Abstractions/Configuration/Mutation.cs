namespace Mesh.Abstractions.Configuration;

public enum MutationVerb
{
    /// <summary>Kong's POST: the entity must not exist.</summary>
    Create,

    /// <summary>Kong's PUT: create or replace; what the body leaves out takes its default.</summary>
    Put,

    /// <summary>Kong's PATCH: records merge, arrays are replaced, null clears.</summary>
    Patch,

    /// <summary>Kong's DELETE. Absent at the top level is a success without effect.</summary>
    Delete,
}

/// <summary>One wanted change, in the client's words: the workspace grain resolves names, fills defaults and checks.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Kind">Entity kind.</param>
/// <param name="Key">Id or endpoint key (name, username, …); null for Create.</param>
/// <param name="Parent">Set for nested paths such as <c>/services/{s}/routes</c>: fills and constrains the foreign field.</param>
/// <param name="Body">JSON object, UTF-8, as the client sent it (forms are converted before); null for Delete.</param>
/// <param name="Place">Where the entity stands in a document, such as <c>services[2].routes[0]</c>; null outside documents.</param>
/// <param name="Transformed">Secrets of the body are in their stored form (a document's <c>_transform: false</c>).</param>
[GenerateSerializer, Immutable, Alias("mesh.mutation")]
public sealed record Mutation(MutationVerb Verb, string Kind, string? Key, EntityParent? Parent, byte[]? Body, string? Place = null, bool Transformed = false);

/// <summary>The parent named by a nested path.</summary>
/// <param name="Field">The child's foreign field, such as <c>service</c>.</param>
/// <param name="Kind">Kind of the parent.</param>
/// <param name="Key">Id or endpoint key of the parent.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-parent")]
public sealed record EntityParent(string Field, string Kind, string Key);
