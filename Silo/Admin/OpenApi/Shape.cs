using System.Text.Json.Nodes;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>Schemas of answers that are no entities, in few words. What a record names is always there, and nothing else.</summary>
internal static class Shape
{
    public static JsonObject Text => new() { ["type"] = "string" };
    public static JsonObject Uuid => new() { ["type"] = "string", ["format"] = "uuid" };
    public static JsonObject Time => new() { ["type"] = "string", ["format"] = "date-time" };
    public static JsonObject Integer => new() { ["type"] = "integer" };
    public static JsonObject Number => new() { ["type"] = "number" };
    public static JsonObject Flag => new() { ["type"] = "boolean" };
    public static JsonObject Any => [];

    /// <summary>An object of any members.</summary>
    public static JsonObject Open => new() { ["type"] = "object" };

    public static JsonObject OrNull(JsonObject shape) => shape["type"] is JsonValue type && !shape.ContainsKey("enum")
        ? With(shape, "type", new JsonArray(type.DeepClone(), "null"))
        : new() { ["anyOf"] = new JsonArray(shape, new JsonObject { ["type"] = "null" }) };

    public static JsonObject OneOf(params string[] values) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    public static JsonObject Const(JsonNode value) => new() { ["const"] = value };

    public static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>An object whose member names are free.</summary>
    public static JsonObject Map(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    public static JsonObject Ref(string component) => new() { ["$ref"] = $"#/components/schemas/{component}" };

    /// <summary>A name that ends in <c>?</c> may be absent.</summary>
    public static JsonObject Record(params (string Name, JsonObject Shape)[] members)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach ((string name, JsonObject shape) in members)
        {
            properties[name.TrimEnd('?')] = shape;
            if (name[^1] != '?')
            {
                required.Add((JsonNode)name);
            }
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <summary>Both at once; closed to anything else.</summary>
    public static JsonObject Joined(JsonObject one, params (string Name, JsonObject Shape)[] more)
    {
        JsonObject joined = Record(more);
        JsonObject properties = joined["properties"]!.AsObject();
        foreach ((string name, JsonNode? shape) in one["properties"]!.AsObject())
        {
            properties[name] = shape!.DeepClone();
        }

        foreach (JsonNode? name in one["required"]!.AsArray())
        {
            joined["required"]!.AsArray().Add(name!.DeepClone());
        }

        return joined;
    }

    /// <summary>A page in Kong's form.</summary>
    public static JsonObject Page(JsonObject item) => Record(("data", List(item)), ("next", Described(OrNull(Text), "Path of the next page; null on the last.")), ("offset?", Text));

    public static JsonObject Described(JsonObject shape, string description) => With(shape, "description", description);

    private static JsonObject With(JsonObject shape, string name, JsonNode value)
    {
        shape[name] = value;
        return shape;
    }
}
