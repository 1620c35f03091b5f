namespace Mesh.Abstractions.Schemas;

public enum FieldType
{
    String,
    Integer,
    Number,
    Boolean,
    Array,

    /// <summary>An array that keeps no duplicates.</summary>
    Set,
    Map,
    Record,

    /// <summary>A reference <c>{"id": …}</c> to an entity of <see cref="Field.Reference"/>.</summary>
    Foreign,
}
