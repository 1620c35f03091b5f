using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Vaults;

/// <summary>A plugin's settings with their references resolved. Only fields that the schema marks as referenceable are looked at.</summary>
/// <param name="Problems">One for each reference that cannot be resolved; its field is empty.</param>
internal sealed record ReferencedSettings(JsonElement Settings, IReadOnlyList<string> Problems)
{
    private static readonly byte[] Start = Encoding.UTF8.GetBytes(VaultReference.Start);

    private readonly List<string> secrets = [];

    public static ReferencedSettings Resolve(IReadOnlyList<Field> fields, JsonElement settings, VaultResolver resolver)
    {
        if (settings.ValueKind != JsonValueKind.Object || JsonMarshal.GetRawUtf8Value(settings).IndexOf(Start) < 0)
        {
            return new ReferencedSettings(settings, []);
        }

        JsonObject document = JsonObject.Create(settings)!;
        List<string> problems = [];
        List<string> secrets = [];
        ResolveRecord(fields, document, Text);
        var resolved = new ReferencedSettings(JsonSerializer.SerializeToElement(document), problems);
        resolved.secrets.AddRange(secrets);
        return resolved;

        string Text(string reference)
        {
            Resolution resolution = resolver.Resolve(reference);
            if (resolution.Problem is { } problem)
            {
                problems.Add(problem);
            }
            else if (resolution.Value.Length > 0)
            {
                secrets.Add(resolution.Value);
            }

            return resolution.Value;
        }
    }

    /// <summary>A message that may quote a setting, unless it quotes what a reference stood for.</summary>
    public string Guard(string message) =>
        secrets.Exists(secret => message.Contains(secret, StringComparison.Ordinal)) ? "a value from a vault does not fit the settings" : message;

    private static void ResolveRecord(IReadOnlyList<Field> fields, JsonObject record, Func<string, string> resolve)
    {
        foreach (Field field in fields)
        {
            if (record[field.Name] is { } value && Resolved(field, value, resolve) is { } text)
            {
                record[field.Name] = text;
            }
        }
    }

    /// <summary>The text to put in the place of <paramref name="value"/>; null to leave it. What it holds is changed in place.</summary>
    private static JsonNode? Resolved(Field field, JsonNode value, Func<string, string> resolve)
    {
        switch (value)
        {
            case JsonValue when field.Referenceable && value.GetValueKind() == JsonValueKind.String && VaultReference.Is(value.GetValue<string>()):
                return resolve(value.GetValue<string>());
            case JsonObject record when field is { Type: FieldType.Record, Fields: { } fields }:
                ResolveRecord(fields, record, resolve);
                return null;
            case JsonObject map when field is { Type: FieldType.Map, Elements: { } values }:
                foreach ((string name, JsonNode? member) in map.ToArray())
                {
                    if (member is not null && Resolved(values, member, resolve) is { } text)
                    {
                        map[name] = text;
                    }
                }

                return null;
            case JsonArray array when field.Elements is { } elements:
                for (int i = 0; i < array.Count; i++)
                {
                    if (array[i] is { } element && Resolved(elements, element, resolve) is { } text)
                    {
                        array[i] = text;
                    }
                }

                return null;
            default:
                return null;
        }
    }
}
