using System.Text.Json;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Schemas;

/// <summary>One field's declaration with Kong's attribute names.</summary>
internal static class FieldJson
{
    public static void WriteFields(Utf8JsonWriter json, string name, IReadOnlyList<Field> fields)
    {
        json.WriteStartArray(name);
        foreach (Field field in fields)
        {
            json.WriteStartObject();
            json.WritePropertyName(field.Name);
            Write(json, field);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, Field field)
    {
        json.WriteStartObject();
        WriteMembers(json, field);
        json.WriteEndObject();
    }

    /// <summary>Type and attributes, without the braces around them.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Field field)
    {
        json.WriteString("type", field.Type.ToString().ToLowerInvariant());
        WriteAttributeMembers(json, field);
    }

    /// <summary>The attributes alone, as the two sides of a condition have them.</summary>
    public static void WriteAttributes(Utf8JsonWriter json, Field field)
    {
        json.WriteStartObject();
        WriteAttributeMembers(json, field);
        json.WriteEndObject();
    }

    private static void WriteAttributeMembers(Utf8JsonWriter json, Field field)
    {
        Flag(json, "required", field.Required);
        Flag(json, "auto", field.Auto);
        Flag(json, "unique", field.Unique);
        Flag(json, "uuid", field.Uuid);
        Flag(json, "timestamp", field.Timestamp);
        Flag(json, "encrypted", field.Secret);
        Flag(json, "referenceable", field.Referenceable);
        if (field.Default is { } value)
        {
            json.WritePropertyName("default");
            json.WriteRawValue(value);
        }

        if (field.MustBeNull)
        {
            json.WriteNull("eq");
        }

        if (field.OneOf is { } options)
        {
            WriteOptions(json, options, field.Type is FieldType.Integer or FieldType.Number);
        }

        if (field.NotOneOf is { } excluded)
        {
            WriteStrings(json, "not_one_of", excluded);
        }

        WriteBounds(json, field);
        Text(json, "match", field.Match);
        Text(json, "starts_with", field.StartsWith);
        Text(json, "reference", field.Reference);
        Text(json, "on_delete", field.Cascade ? "cascade" : null);
        Text(json, "description", field.Description);
        WriteParts(json, field);
    }

    private static void WriteOptions(Utf8JsonWriter json, string[] options, bool numbers)
    {
        if (!numbers)
        {
            WriteStrings(json, "one_of", options);
            return;
        }

        json.WriteStartArray("one_of");
        foreach (string option in options)
        {
            json.WriteRawValue(option);
        }

        json.WriteEndArray();
    }

    private static void WriteBounds(Utf8JsonWriter json, Field field)
    {
        if (field is { Min: { } min, Max: { } max })
        {
            json.WriteStartArray("between");
            json.WriteNumberValue(min);
            json.WriteNumberValue(max);
            json.WriteEndArray();
        }
        else if (field.Min is { } least)
        {
            json.WriteNumber("gte", least);
        }

        if (field.LenMin is { } shortest)
        {
            json.WriteNumber("len_min", shortest);
        }

        if (field.LenMax is { } longest)
        {
            json.WriteNumber("len_max", longest);
        }
    }

    private static void WriteParts(Utf8JsonWriter json, Field field)
    {
        if (field.Keys is { } keys)
        {
            json.WritePropertyName("keys");
            Write(json, keys);
        }

        if (field.Elements is { } elements)
        {
            json.WritePropertyName(field.Type == FieldType.Map ? "values" : "elements");
            Write(json, elements);
        }

        if (field.Fields is { } fields)
        {
            WriteFields(json, "fields", fields);
            SchemaJson.WriteChecks(json, field.Checks);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool set)
    {
        if (set)
        {
            json.WriteBoolean(name, true);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
