using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.ResponseTransformer;

/// <summary>What is done to the top-level properties of a JSON body.</summary>
internal sealed class JsonChanges
{
    private readonly Change[] changes;

    public JsonChanges(ResponseTransformerSettings settings) => changes =
    [
        .. settings.Remove.Json.Select(FieldEntry.Split).Select(entry => new Change(ChangeKind.Remove, entry.Name, "", null)),
        .. settings.Rename.Json.Select(FieldEntry.Split).Where(entry => entry.Value.Length > 0)
            .Select(entry => new Change(ChangeKind.Rename, entry.Name, entry.Value, null)),
        .. Of(ChangeKind.Replace, settings.Replace),
        .. Of(ChangeKind.Add, settings.Add),
        .. Of(ChangeKind.Append, settings.Append),
    ];

    public bool IsEmpty => changes.Length == 0;

    /// <summary>The body with the changes; what is no JSON object (compressed, broken, a list) goes through as it is.</summary>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty || JsonFields.Parse(body, dotsInKeys: true) is not { } fields)
        {
            return body;
        }

        foreach ((ChangeKind kind, string name, string newName, JsonValue? value) in changes)
        {
            switch (kind)
            {
                case ChangeKind.Remove:
                    fields.Remove(name);
                    break;
                case ChangeKind.Rename:
                    fields.Rename(name, newName);
                    break;
                case ChangeKind.Replace:
                    fields.Replace(name, Copy(value!));
                    break;
                case ChangeKind.Add:
                    fields.Add(name, Copy(value!));
                    break;
                default:
                    fields.Append(name, Copy(value!));
                    break;
            }
        }

        return fields.Changed ? fields.ToBytes() : body;
    }

    /// <summary>A node has one place only, and every body needs its own.</summary>
    private static JsonValue Copy(JsonValue value) => value.DeepClone().AsValue();

    /// <summary>An entry without a value, or whose value is not of its type, does nothing.</summary>
    private static IEnumerable<Change> Of(ChangeKind kind, ResponseTransformerSettings.ChangeSettings settings) => settings.Json
        .Select(FieldEntry.Split)
        .Select((entry, index) => new Change(kind, entry.Name, "", Typed(entry.Value, settings.JsonTypes.ElementAtOrDefault(index))))
        .Where(change => change.Value is not null);

    private static JsonValue? Typed(string text, string? type) => type switch
    {
        _ when text.Length == 0 => null,
        "boolean" => JsonValue.Create(text == "true"),
        "number" => Number(text),
        _ => JsonValue.Create(text),
    };

    private static JsonValue? Number(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private readonly record struct Change(ChangeKind Kind, string Name, string NewName, JsonValue? Value);
}
