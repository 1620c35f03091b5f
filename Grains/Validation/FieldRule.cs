using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>A declared field with what need not be worked out for every value.</summary>
internal sealed class FieldRule
{
    private readonly JsonNode? initial;

    public FieldRule(Field field)
    {
        Field = field;
        initial = field.Default is { } json ? JsonNode.Parse(json) : field is { Type: FieldType.Record, Required: true } ? new JsonObject() : null;
        Match = field.Match is { } pattern ? new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking) : null;
        Elements = field.Elements is { } elements ? new FieldRule(elements) : null;
        Keys = field.Keys is { } keys ? new FieldRule(keys) : null;
        Record = field is { Type: FieldType.Record } ? new RecordRule(field.Fields ?? [], field.Checks) : null;
    }

    public Field Field { get; }
    public Regex? Match { get; }
    public FieldRule? Elements { get; }
    public FieldRule? Keys { get; }
    public RecordRule? Record { get; }

    /// <summary>A fresh copy of the default; null when there is none.</summary>
    public JsonNode? Initial() => initial is null ? null : Normalize(initial);

    // Defaults are written by us: numbers as they come from the parser are brought into the form of JsonBody.
    private static JsonNode? Normalize(JsonNode? node) => node switch
    {
        JsonObject record => new JsonObject(record.Select(pair => KeyValuePair.Create(pair.Key, Normalize(pair.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Normalize)]),
        JsonValue value when value.TryGetValue<bool>(out var truth) => JsonValue.Create(truth),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(text),
        JsonValue value when value.TryGetValue<long>(out var integer) => JsonValue.Create(integer),
        JsonValue value => JsonValue.Create(value.GetValue<double>()),
        _ => null,
    };
}
