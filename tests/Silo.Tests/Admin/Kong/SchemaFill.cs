using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>Fills what a state file leaves out with the defaults of <c>/schemas</c>, by decK's rules.</summary>
internal static class SchemaFill
{
    /// <summary>Of an entity: fields without a default stay absent, records nest.</summary>
    public static JsonObject Entity(JsonElement schema, JsonObject given)
    {
        JsonObject filled = given.DeepClone().AsObject();
        foreach ((string name, JsonElement field) in Fields(schema))
        {
            string type = field.GetProperty("type").GetString()!;
            if (type == "record" && field.TryGetProperty("fields", out _) && filled[name] is null or JsonObject)
            {
                JsonObject record = Entity(field, filled[name] as JsonObject ?? []);
                if (record.Count > 0)
                {
                    filled[name] = record;
                }
            }
            else if (filled[name] is null && field.TryGetProperty("default", out JsonElement value))
            {
                filled[name] = JsonNode.Parse(value.GetRawText());
            }
        }

        return filled;
    }

    /// <summary>Of a plugin's config: every declared field is there, null where neither the file nor the schema says anything.</summary>
    public static JsonObject Config(JsonElement record, JsonObject given)
    {
        JsonObject filled = given.DeepClone().AsObject();
        foreach ((string name, JsonElement field) in Fields(record))
        {
            if (field.GetProperty("type").GetString() == "record")
            {
                filled[name] = Config(field, filled[name] as JsonObject ?? []);
            }
            else if (!given.ContainsKey(name))
            {
                filled[name] = field.TryGetProperty("default", out JsonElement value) ? JsonNode.Parse(value.GetRawText()) : null;
            }
        }

        return filled;
    }

    public static IEnumerable<(string Name, JsonElement Field)> Fields(JsonElement record) =>
        record.GetProperty("fields").EnumerateArray().Select(field => field.EnumerateObject().Single()).Select(field => (field.Name, field.Value));
}
