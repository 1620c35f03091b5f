using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Tests.Admin.Declared;

/// <summary>Values that a field's declaration allows.</summary>
internal static class DeclaredValue
{
    /// <summary>What a check that only code can express may want; those that it takes are used.</summary>
    private static readonly string[] Texts =
    [
        "a", "example.com", "*.example.com", "/a", "~/a/[0-9]+$", "10.0.0.1", "10.0.0.0/8", "10.0.0.1:80", "X-Name", "GET", "http://example.com/a", "a:b", "name1", "ab", "text/plain", "application/json",
        "{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}", "123", "/tmp/mesh-test.log", "uuid", "1",
    ];

    public static IEnumerable<JsonNode> Of(Field field)
    {
        if (field.MustBeNull)
        {
            return [];
        }

        IEnumerable<JsonNode> values = field.Type switch
        {
            FieldType.String => Strings(field),
            FieldType.Integer or FieldType.Number => Numbers(field),
            FieldType.Boolean => [true, false],
            FieldType.Array or FieldType.Set => Lists(field),
            FieldType.Map => Maps(field),
            FieldType.Record => Records(field),
            _ => [],
        };
        return values.Where(value => field.Check is null || field.Check(value) is null);
    }

    private static IEnumerable<JsonNode> Strings(Field field)
    {
        if (field.Uuid)
        {
            return [Guid.NewGuid().ToString("D")];
        }

        IEnumerable<string> texts = field.OneOf ?? [.. Texts.Where(text => field.NotOneOf?.Contains(text) != true)];
        return texts
            .Where(text => field.StartsWith is null || text.StartsWith(field.StartsWith, StringComparison.Ordinal))
            .Where(text => field.Match is null || System.Text.RegularExpressions.Regex.IsMatch(text, field.Match))
            .Where(text => text.Length >= (field.LenMin ?? 1) && text.Length <= (field.LenMax ?? int.MaxValue))
            .Select(text => (JsonNode)text);
    }

    private static IEnumerable<JsonNode> Numbers(Field field)
    {
        IEnumerable<double> numbers = field.OneOf is { } options
            ? options.Select(double.Parse)
            : [field.Min ?? 1, field.Max ?? 60, Math.Max(field.Min ?? 1, Math.Min(field.Max ?? 60, 30))];
        return numbers.Distinct().Select(number => field.Type == FieldType.Integer ? (JsonNode)(long)number : number);
    }

    private static IEnumerable<JsonNode> Lists(Field field)
    {
        JsonNode[] elements = [.. Of(field.Elements!).Take(3)];
        if ((field.LenMin ?? 0) == 0)
        {
            yield return new JsonArray();
        }

        if (elements.Length > 0 && (field.LenMin ?? 0) <= 1)
        {
            yield return new JsonArray(elements[0].DeepClone());
        }

        if (elements.Length > 1 && field.ExclusiveSubsets is null && (field.LenMax ?? 2) >= 2)
        {
            yield return new JsonArray(elements[0].DeepClone(), elements[1].DeepClone());
        }
    }

    private static IEnumerable<JsonNode> Maps(Field field) =>
        from key in field.Keys is { } keys ? Of(keys).Take(2).Select(key => key.GetValue<string>()) : ["key"]
        from value in Of(field.Elements!).Take(2)
        select new JsonObject { [key] = value.DeepClone() };

    /// <summary>Each member's values, beside the members that there have to be.</summary>
    private static IEnumerable<JsonNode> Records(Field field)
    {
        Field[] needed = [.. (field.Fields ?? []).Where(member => member is { Required: true, Default: null })];
        foreach (Field member in field.Fields ?? [])
        {
            foreach (JsonNode value in Of(member).Take(2))
            {
                var record = new JsonObject { [member.Name] = value.DeepClone() };
                foreach (Field other in needed.Where(other => other.Name != member.Name && Of(other).Any()))
                {
                    record[other.Name] = Of(other).First().DeepClone();
                }

                yield return record;
            }
        }
    }
}
