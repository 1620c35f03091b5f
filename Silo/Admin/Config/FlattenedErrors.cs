using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Config;

/// <summary>Kong's <c>flatten_errors=1</c>: one record per faulty entity, with what identifies it.</summary>
internal static class FlattenedErrors
{
    public static void Write(Utf8JsonWriter json, EntityProblem[] problems, Mutation[] mutations)
    {
        json.WriteStartArray("flattened_errors");
        foreach (EntityProblem problem in problems.Where(problem => problem.Mutation >= 0 && problem.Mutation < mutations.Length))
        {
            json.WriteStartObject();
            WriteEntity(json, mutations[problem.Mutation]);
            json.WriteStartArray("errors");
            if (problem.Fields is null)
            {
                WriteError(json, "entity", field: null, problem.Message);
            }
            else
            {
                using JsonDocument fields = JsonDocument.Parse(problem.Fields);
                WriteFields(json, fields.RootElement, path: "");
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEntity(Utf8JsonWriter json, Mutation mutation)
    {
        // Kong names the kind in the singular.
        json.WriteString("entity_type", mutation.Kind.EndsWith('s') ? mutation.Kind[..^1] : mutation.Kind);
        using JsonDocument entity = JsonDocument.Parse(mutation.Body!);
        foreach ((string name, string member) in new[] { ("entity_id", "id"), ("entity_name", "name"), ("entity_tags", "tags") })
        {
            if (entity.RootElement.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }
    }

    private static void WriteFields(Utf8JsonWriter json, JsonElement fields, string path)
    {
        switch (fields.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in fields.EnumerateObject())
                {
                    WriteFields(json, member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
                }

                break;

            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement element in fields.EnumerateArray())
                {
                    index++;
                    WriteFields(json, element, path == "@entity" ? path : $"{path}.{index}");
                }

                break;

            case JsonValueKind.String:
                bool whole = path == "@entity";
                WriteError(json, whole ? "entity" : "field", whole ? null : path, fields.GetString()!);
                break;

            default:
                break;
        }
    }

    private static void WriteError(Utf8JsonWriter json, string type, string? field, string message)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        if (field is not null)
        {
            json.WriteString("field", field);
        }

        json.WriteString("message", message);
        json.WriteEndObject();
    }
}
