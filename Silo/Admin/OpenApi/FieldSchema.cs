using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>A field's declaration as JSON Schema 2020-12. Rules that stand in code have no form here; the API checks them all the same.</summary>
internal static class FieldSchema
{
    public static JsonObject Record(IEnumerable<Field> fields, FieldUse use)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (Field field in fields)
        {
            properties[field.Name] = Of(field, use);
            if (use == FieldUse.Answer || (use == FieldUse.Write && IsAsked(field)))
            {
                required.Add((JsonNode)field.Name);
            }
        }

        JsonObject schema = new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        return schema;
    }

    public static JsonObject Of(Field field, FieldUse use)
    {
        JsonObject schema = field.MustBeNull ? new() { ["type"] = "null" } : Typed(field, use);
        if (!field.MustBeNull && MayBeNull(field, use))
        {
            AllowNull(schema);
        }

        if (use != FieldUse.Answer && field.Default is { } value)
        {
            schema["default"] = JsonNode.Parse(value);
        }

        Describe(schema, field, use);
        return schema;
    }

    /// <summary>A client must give it. Foreign fields may stand in the path instead.</summary>
    private static bool IsAsked(Field field) =>
        field is { Required: true, Default: null, Auto: false } and not { Type: FieldType.Foreign } and not { Type: FieldType.Record };

    private static bool MayBeNull(Field field, FieldUse use) => use == FieldUse.Answer
        ? field is { Required: false, Auto: false, Default: null }
        : use == FieldUse.Patch || field is { Required: false };

    private static JsonObject Typed(Field field, FieldUse use) => field.Type switch
    {
        FieldType.String => Text(field),
        FieldType.Integer => Bounded(new() { ["type"] = "integer" }, field),
        FieldType.Number => Bounded(new() { ["type"] = "number" }, field),
        FieldType.Boolean => new() { ["type"] = "boolean" },
        FieldType.Array or FieldType.Set => Array(field, use),
        FieldType.Map => Map(field, use),
        FieldType.Foreign => Foreign(use),
        _ => field.Fields is { Count: > 0 } fields ? Record(fields, use) : new() { ["type"] = "object" },
    };

    private static JsonObject Text(Field field)
    {
        JsonObject schema = new() { ["type"] = "string" };
        if (field.Uuid)
        {
            schema["format"] = "uuid";
        }
        else if (field.OneOf is null)
        {
            schema["minLength"] = field.LenMin ?? 1;
        }

        Set(schema, "maxLength", field.LenMax);
        string[] patterns = [.. new[] { field.Match, field.StartsWith is { } start ? "^" + Regex.Escape(start) : null }.OfType<string>()];
        if (patterns.Length == 1)
        {
            schema["pattern"] = patterns[0];
        }
        else if (patterns.Length > 1)
        {
            schema["allOf"] = new JsonArray([.. patterns.Select(pattern => new JsonObject { ["pattern"] = pattern })]);
        }

        Choices(schema, field);
        return schema;
    }

    private static JsonObject Bounded(JsonObject schema, Field field)
    {
        Set(schema, "minimum", field.Min);
        Set(schema, "maximum", field.Max);
        Choices(schema, field);
        return schema;
    }

    private static JsonObject Array(Field field, FieldUse use)
    {
        // Elements of a patch are whole: arrays are replaced, not merged.
        JsonObject schema = new() { ["type"] = "array", ["items"] = Of(field.Elements! with { Required = true }, use == FieldUse.Patch ? FieldUse.Write : use) };
        if (field.Type == FieldType.Set && use == FieldUse.Answer)
        {
            schema["uniqueItems"] = true;
        }

        Set(schema, "minItems", field.LenMin);
        Set(schema, "maxItems", field.LenMax);
        return schema;
    }

    private static JsonObject Map(Field field, FieldUse use)
    {
        JsonObject schema = new() { ["type"] = "object", ["additionalProperties"] = Of(field.Elements! with { Required = true }, use == FieldUse.Patch ? FieldUse.Write : use) };
        if (field.Keys is { Match: { } match })
        {
            schema["propertyNames"] = new JsonObject { ["pattern"] = match };
        }

        Set(schema, "minProperties", field.LenMin);
        Set(schema, "maxProperties", field.LenMax);
        return schema;
    }

    private static JsonObject Foreign(FieldUse use)
    {
        JsonObject id = new() { ["type"] = "string", ["format"] = "uuid" };
        return use == FieldUse.Answer
            ? new() { ["type"] = "object", ["properties"] = new JsonObject { ["id"] = id }, ["required"] = new JsonArray("id"), ["additionalProperties"] = false }
            : new()
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["id"] = id, ["name"] = new JsonObject { ["type"] = "string" }, ["username"] = new JsonObject { ["type"] = "string" } },
                ["minProperties"] = 1,
                ["description"] = "By id, or by what names the entity in paths.",
            };
    }

    private static void AllowNull(JsonObject schema)
    {
        if (schema["type"]?.GetValue<string>() is { } type)
        {
            schema["type"] = new JsonArray(type, "null");
        }

        if (schema["enum"] is JsonArray choices)
        {
            choices.Add((JsonNode?)null);
        }
    }

    private static void Choices(JsonObject schema, Field field)
    {
        if (field.OneOf is { } options)
        {
            schema["enum"] = new JsonArray([.. options.Select(option => Choice(field, option))]);
        }

        if (field.NotOneOf is { } excluded)
        {
            schema["not"] = new JsonObject { ["enum"] = new JsonArray([.. excluded.Select(option => Choice(field, option))]) };
        }
    }

    private static JsonNode Choice(Field field, string option) => field.Type == FieldType.String
        ? JsonValue.Create(option)
        : JsonValue.Create(double.Parse(option, CultureInfo.InvariantCulture));

    private static void Describe(JsonObject schema, Field field, FieldUse use)
    {
        string?[] parts =
        [
            schema["description"]?.GetValue<string>(),
            field.Description,
            field.Reference is { } kind ? $"Refers to one of {kind}." : null,
            field.Timestamp ? "Unix time in seconds." : null,
            field.Secret ? "Secret: sealed at rest, masked in history." : null,
            field.Referenceable ? "May be a vault reference {vault://…}." : null,
            field.Unique ? "Unique." : null,
            field.Auto && use != FieldUse.Answer ? "Filled in when absent." : null,
        ];
        string text = string.Join(' ', parts.OfType<string>());
        if (text.Length > 0)
        {
            schema["description"] = text;
        }

        if (field.Secret && field.Type == FieldType.String && !schema.ContainsKey("format"))
        {
            schema["format"] = "password";
        }
    }

    private static void Set(JsonObject schema, string name, double? value)
    {
        if (value is { } number)
        {
            schema[name] = number == Math.Floor(number) && Math.Abs(number) < long.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number);
        }
    }
}
