using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Secrets;

/// <summary>
/// The way back of <see cref="SecretMask"/>: what was read masked may be written as it was read. A mask in a secret field
/// keeps the stored secret; where none is stored it is refused, for it is no secret that anyone meant.
/// </summary>
internal sealed class MaskedSecrets(EntitySchemas schemas)
{
    /// <summary>Said of a mask that stands for nothing.</summary>
    public const string NothingStored = $"'{SecretMask.Text}' stands for the stored secret, and there is none: send the secret itself";

    /// <param name="body">Changed in place.</param>
    /// <param name="stored">The entity as it stands; null when there is none.</param>
    /// <returns>Dotted names of the fields whose mask stands for nothing.</returns>
    public List<string> Restore(string kind, JsonObject body, JsonObject? stored)
    {
        List<string> faults = [];
        if (schemas.FieldsOf(kind, body["name"] is null && stored is not null ? stored : body) is { } fields)
        {
            Restore(fields, body, stored, "", faults);
        }

        return faults;
    }

    private static void Restore(IReadOnlyList<Field> fields, JsonObject body, JsonObject? stored, string path, List<string> faults)
    {
        foreach (Field field in fields)
        {
            if (body[field.Name] is { } value && Restored(field, value, stored?[field.Name], path + field.Name, faults) is var restored && !ReferenceEquals(restored, value))
            {
                body[field.Name] = restored;
            }
        }
    }

    private static JsonNode Restored(Field field, JsonNode value, JsonNode? stored, string path, List<string> faults)
    {
        switch (value)
        {
            case JsonValue text when field.Secret && IsMask(text):
                if (stored is not null and not JsonObject and not JsonArray)
                {
                    return stored.DeepClone();
                }

                faults.Add(path);
                return value;

            case JsonObject record when field.Fields is { } fields:
                Restore(fields, record, stored as JsonObject, path + ".", faults);
                return value;

            case JsonObject map when field.Elements is { } values:
                foreach ((string key, JsonNode? entry) in map.ToArray())
                {
                    if (entry is not null && Restored(Inner(field, values), entry, (stored as JsonObject)?[key], $"{path}.{key}", faults) is var restored && !ReferenceEquals(restored, entry))
                    {
                        map[key] = restored;
                    }
                }

                return value;

            case JsonArray list when field.Elements is { } elements:
                for (int i = 0; i < list.Count; i++)
                {
                    string at = $"{path}.{(i + 1).ToString(CultureInfo.InvariantCulture)}";
                    JsonNode? old = stored is JsonArray olds && i < olds.Count ? olds[i] : null;
                    if (list[i] is { } entry && Restored(Inner(field, elements), entry, old, at, faults) is var restored && !ReferenceEquals(restored, entry))
                    {
                        list[i] = restored;
                    }
                }

                return value;

            default:
                return value;
        }
    }

    /// <summary>What is in a secret field is secret.</summary>
    private static Field Inner(Field field, Field inner) => field.Secret && !inner.Secret ? inner with { Secret = true } : inner;

    private static bool IsMask(JsonValue value) => value.TryGetValue(out string? text) && text == SecretMask.Text;
}
