using System.Text.Json;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.History;

/// <summary>Names of the fields in which two states of an entity differ; those of nested records are dotted. Values stay out, so secrets do too.</summary>
internal static class ChangedFields
{
    /// <param name="fields">Null when the kind is not known here: only top-level names.</param>
    public static List<string> Of(IReadOnlyList<Field>? fields, JsonElement before, JsonElement after)
    {
        List<string> changed = [];
        Collect(fields, before, after, "", changed);
        return changed;
    }

    private static void Collect(IReadOnlyList<Field>? fields, JsonElement before, JsonElement after, string prefix, List<string> changed)
    {
        IEnumerable<string> names = before.EnumerateObject().Concat(after.EnumerateObject()).Select(member => member.Name).Distinct();
        foreach (string name in names)
        {
            bool wasThere = before.TryGetProperty(name, out JsonElement old);
            bool isThere = after.TryGetProperty(name, out JsonElement now);
            if (wasThere && isThere && JsonElement.DeepEquals(old, now))
            {
                continue;
            }

            Field? field = fields?.FirstOrDefault(field => field.Name == name);
            if (field is { Type: FieldType.Record, Secret: false } && IsObject(old) && IsObject(now))
            {
                Collect(field.Fields, old, now, $"{prefix}{name}.", changed);
            }
            else
            {
                changed.Add(prefix + name);
            }
        }
    }

    private static bool IsObject(JsonElement value) => value.ValueKind == JsonValueKind.Object;
}
