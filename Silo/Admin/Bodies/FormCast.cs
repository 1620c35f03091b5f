using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Bodies;

/// <summary>
/// Gives the text of a form the types that the declaration asks for. What does not fit stays text, so that the schema's own
/// message comes back; an empty text is null.
/// </summary>
internal static class FormCast
{
    public static JsonObject Record(FormTree tree, IReadOnlyList<Field> fields)
    {
        JsonObject record = [];
        foreach ((string name, FormTree child) in tree.Children)
        {
            record[name] = Value(child, fields.FirstOrDefault(field => field.Name == name));
        }

        return record;
    }

    private static JsonNode? Value(FormTree tree, Field? field)
    {
        if (tree.Children.Count == 0 && !tree.IsList && tree.Values is [""])
        {
            return null;
        }

        return field?.Type switch
        {
            FieldType.Array or FieldType.Set => List(tree, field.Elements),
            FieldType.Map when tree.Children.Count > 0 => Map(tree, field.Elements),
            FieldType.Record when tree.Children.Count > 0 => Record(tree, field.Fields ?? []),
            FieldType.Foreign when tree.Children.Count > 0 => Record(tree, []),
            _ when tree.Children.Count > 0 => Record(tree, []),
            _ when tree.IsList || tree.Values.Count > 1 => List(tree, null),
            _ => Scalar(tree.Values[0], field),
        };
    }

    /// <summary>Values in order, then the numbered children by number.</summary>
    private static JsonNode List(FormTree tree, Field? elements)
    {
        if (tree.Children.Keys.Any(key => !int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return Record(tree, []);
        }

        IEnumerable<JsonNode?> values = tree.Values is [""] ? [] : tree.Values.Select(value => Scalar(value, elements));
        IEnumerable<JsonNode?> numbered = tree.Children
            .OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture))
            .Select(child => Value(child.Value, elements));
        return new JsonArray([.. values, .. numbered]);
    }

    private static JsonObject Map(FormTree tree, Field? values)
    {
        JsonObject map = [];
        foreach ((string key, FormTree child) in tree.Children)
        {
            map[key] = Value(child, values);
        }

        return map;
    }

    private static JsonNode? Scalar(string text, Field? field) => field?.Type switch
    {
        FieldType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer) => integer,
        FieldType.Integer or FieldType.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => number,
        FieldType.Boolean when text is "true" => true,
        FieldType.Boolean when text is "false" => false,
        _ => text,
    };
}
