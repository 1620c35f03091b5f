using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.ResponseTransformer;

internal sealed record ResponseTransformerSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "response-transformer",
        Version = ConfigFields.Version,
        Priority = 800,
        Config =
        [
            Changes("remove", Entries("json", _ => null), Entries("headers", _ => null)),
            Changes("rename", Entries("json", PairProblem), Entries("headers", HeaderPairProblem)),
            Changes("replace", Entries("json", PairProblem), JsonTypes(), Entries("headers", HeaderValueProblem)),
            Changes("add", Entries("json", PairProblem), JsonTypes(), Entries("headers", HeaderValueProblem)),
            Changes("append", Entries("json", PairProblem), JsonTypes(), Entries("headers", HeaderValueProblem)),
        ],
    };

    public required ChangeSettings Remove { get; init; }
    public required ChangeSettings Rename { get; init; }
    public required ChangeSettings Replace { get; init; }
    public required ChangeSettings Add { get; init; }
    public required ChangeSettings Append { get; init; }

    private static Field Changes(string name, params Field[] fields) => Field.Record(name, fields) with { Required = true };

    private static Field Entries(string name, Func<string, string?> check) =>
        Field.Array(name, Field.String("") with { Check = node => check(node.GetValue<string>()) }) with { Required = true, Default = "[]" };

    private static Field JsonTypes() => Field.Array("json_types", Field.String("") with { OneOf = ["boolean", "number", "string"] }) with
    {
        Required = true,
        Default = "[]",
        Description = "Types of the values in json, in the same order; string where none is given.",
    };

    private static string? PairProblem(string entry) =>
        entry.IndexOf(':') > 0 ? null : $"invalid value: {entry}";

    private static string? HeaderValueProblem(string entry)
    {
        (string name, string value) = FieldEntry.Split(entry);
        return PairProblem(entry) ?? HeaderProblem(name) ?? (value.Any(char.IsControl) ? $"'{value}' is not a valid header" : null);
    }

    private static string? HeaderPairProblem(string entry)
    {
        (string name, string newName) = FieldEntry.Split(entry);
        return PairProblem(entry) ?? HeaderProblem(name) ?? HeaderProblem(newName);
    }

    private static string? HeaderProblem(string name) =>
        !ConfigFields.IsHeaderName(name) ? $"'{name}' is not a valid header"
        : HeaderFields.IsFraming(name) ? $"header '{name}' frames the message and is the edge's own"
        : null;

    internal sealed record ChangeSettings
    {
        public string[] Json { get; init; } = [];

        [JsonPropertyName("json_types")]
        public string[] JsonTypes { get; init; } = [];
        public string[] Headers { get; init; } = [];
    }
}
