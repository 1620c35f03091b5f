using System.Text.Json.Nodes;

namespace Mesh.Abstractions.Schemas;

/// <summary>
/// One field of an entity or of a plugin's config: the single place for its type, default, range and messages. Validation,
/// defaults, the <c>/schemas</c> answer, form decoding and documentation are derived from it.
/// </summary>
public sealed record Field
{
    public required string Name { get; init; }
    public required FieldType Type { get; init; }
    public bool Required { get; init; }

    /// <summary>Default as JSON text (<c>5</c>, <c>"http"</c>, <c>["http","https"]</c>); null: no default.</summary>
    public string? Default { get; init; }

    /// <summary>The store fills it in when absent: a uuid, a time stamp, a random key.</summary>
    public bool Auto { get; init; }
    public bool Unique { get; init; }

    /// <summary>Never logged, never shown in lists of history; stored encrypted when a keyring key is set.</summary>
    public bool Secret { get; init; }

    /// <summary>May hold a vault reference <c>{vault://…}</c>.</summary>
    public bool Referenceable { get; init; }

    public string[]? OneOf { get; init; }
    public string[]? NotOneOf { get; init; }

    /// <summary>Only null is good: for conditions and for what a kind of plugin or route does not allow.</summary>
    public bool MustBeNull { get; init; }

    /// <summary>Said instead of the message of whichever attribute fails.</summary>
    public string? Error { get; init; }

    /// <summary>Elements of a set may come from one of these groups only.</summary>
    public string[][]? ExclusiveSubsets { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }

    /// <summary>Fewest characters of a string (1 unless set) or elements of an array, set or map.</summary>
    public int? LenMin { get; init; }
    public int? LenMax { get; init; }

    /// <summary>Every string must match this regular expression.</summary>
    public string? Match { get; init; }
    public string? StartsWith { get; init; }
    public bool Uuid { get; init; }

    /// <summary>Unix seconds; a number has milliseconds behind the point. Filled in by the store when <see cref="Auto"/>.</summary>
    public bool Timestamp { get; init; }

    /// <summary>Elements of an array or set, values of a map.</summary>
    public Field? Elements { get; init; }

    /// <summary>Keys of a map.</summary>
    public Field? Keys { get; init; }

    /// <summary>Fields of a record.</summary>
    public IReadOnlyList<Field>? Fields { get; init; }

    /// <summary>Checks over several fields of a record.</summary>
    public IReadOnlyList<EntityCheck> Checks { get; init; } = [];

    /// <summary>Kind that a foreign field refers to.</summary>
    public string? Reference { get; init; }

    /// <summary>Deleting the entity referred to deletes this one too.</summary>
    public bool Cascade { get; init; }

    /// <summary>A check that no other attribute expresses; gives the message, or null when the value is good.</summary>
    public Func<JsonNode, string?>? Check { get; init; }

    public string? Description { get; init; }

    public static Field String(string name) => new() { Name = name, Type = FieldType.String };
    public static Field Integer(string name) => new() { Name = name, Type = FieldType.Integer };
    public static Field Number(string name) => new() { Name = name, Type = FieldType.Number };
    public static Field Boolean(string name) => new() { Name = name, Type = FieldType.Boolean };
    public static Field Array(string name, Field elements) => new() { Name = name, Type = FieldType.Array, Elements = elements };
    public static Field Set(string name, Field elements) => new() { Name = name, Type = FieldType.Set, Elements = elements };
    public static Field Map(string name, Field keys, Field values) => new() { Name = name, Type = FieldType.Map, Keys = keys, Elements = values };
    public static Field Record(string name, params IReadOnlyList<Field> fields) => new() { Name = name, Type = FieldType.Record, Fields = fields };
    public static Field Foreign(string name, string kind) => new() { Name = name, Type = FieldType.Foreign, Reference = kind };
}
