using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins;

/// <summary>Reads a plugin's <c>config</c>. Defaults stand in the schema only; here they are filled in where a document lacks them.</summary>
internal static class PluginSettings
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The settings as the plugin's own record.</summary>
    /// <exception cref="FormatException">They do not fit it.</exception>
    public static T Read<T>(this PluginInstance instance)
        where T : class
    {
        try
        {
            return instance.Settings.Deserialize<T>(Json) ?? throw new FormatException("config is null");
        }
        catch (JsonException problem)
        {
            // The message of the exception quotes no values, only the path.
            throw new FormatException($"config cannot be read at {problem.Path}", problem);
        }
    }

    /// <summary>
    /// The document with defaults where a field is absent or null. An older silo's document may lack fields that this edge's
    /// plugin has gained.
    /// </summary>
    public static JsonElement WithDefaults(IReadOnlyList<Field> fields, JsonElement config)
    {
        if (config.ValueKind is not JsonValueKind.Object)
        {
            config = JsonElement.Parse("{}");
        }

        if (IsComplete(fields, config))
        {
            return config;
        }

        JsonObject document = JsonObject.Create(config)!;
        Complete(fields, document);
        return JsonSerializer.SerializeToElement(document);
    }

    private static bool IsComplete(IReadOnlyList<Field> fields, JsonElement config)
    {
        foreach (Field field in fields)
        {
            bool present = config.TryGetProperty(field.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;
            bool complete = field switch
            {
                { Type: FieldType.Record, Fields: { } nested } => present && IsComplete(nested, value),
                { Default: not null } => present,
                _ => true,
            };
            if (!complete)
            {
                return false;
            }
        }

        return true;
    }

    private static void Complete(IReadOnlyList<Field> fields, JsonObject document)
    {
        foreach (Field field in fields)
        {
            if (field is { Type: FieldType.Record, Fields: { } nested })
            {
                if (document[field.Name] is not JsonObject child)
                {
                    document[field.Name] = child = [];
                }

                Complete(nested, child);
            }
            else if (field.Default is { } text && document[field.Name] is null)
            {
                document[field.Name] = JsonNode.Parse(text);
            }
        }
    }
}
