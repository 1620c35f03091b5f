using System.Text.Json.Nodes;

namespace Mesh.Abstractions.Schemas;

/// <summary>A rule over several fields of one record (Kong's entity checks). Field names may be dotted paths.</summary>
public abstract record EntityCheck
{
    public sealed record AtLeastOneOf(params string[] Fields) : EntityCheck;

    public sealed record OnlyOneOf(params string[] Fields) : EntityCheck;

    public sealed record MutuallyExclusive(params string[] Fields) : EntityCheck;

    public sealed record MutuallyRequired(params string[] Fields) : EntityCheck;

    public sealed record Distinct(params string[] Fields) : EntityCheck;

    /// <summary>
    /// When <paramref name="If"/> holds, <paramref name="Then"/> must satisfy its own attributes. Names come from the two fields.
    /// <paramref name="Error"/> is said of the whole record instead of the usual sentence.
    /// </summary>
    public sealed record Conditional(Field If, Field Then, string? Error = null) : EntityCheck;

    /// <summary>
    /// Anything else. Gives pairs of dotted field name (<see cref="Entity"/> for the whole record) and message; none when all is well.
    /// </summary>
    public sealed record Custom(Func<JsonObject, IEnumerable<(string Field, string Message)>> Run) : EntityCheck
    {
        /// <summary>The check runs as long as these fields are good; null: only when all are.</summary>
        public string[]? Sources { get; init; }
    }

    /// <summary>Key under which a message about the whole record stands in Kong's <c>fields</c>.</summary>
    public const string Entity = "@entity";
}
