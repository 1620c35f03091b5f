using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>Plain values in canonical form, or what is wrong with their type.</summary>
internal static class ScalarForms
{
    /// <summary>Largest double below which every whole number is exact.</summary>
    private const double MaxExactInteger = 1L << 53;

    public static (JsonNode? Value, JsonNode? Error) Text(Field field, JsonNode value)
    {
        if (value is not JsonValue given || !given.TryGetValue<string>(out var text))
        {
            return (null, "expected a string");
        }

        return (JsonValue.Create(field.Uuid && Guid.TryParseExact(text, "D", out var id) ? id.ToString("D") : text), null);
    }

    public static (JsonNode? Value, JsonNode? Error) Integer(JsonNode value)
    {
        if (value is JsonValue given)
        {
            if (given.TryGetValue<long>(out var integer))
            {
                return (JsonValue.Create(integer), null);
            }

            if (given.TryGetValue<double>(out var number) && Math.Abs(number) < MaxExactInteger && number == Math.Floor(number))
            {
                return (JsonValue.Create((long)number), null);
            }
        }

        return (null, "expected an integer");
    }

    public static (JsonNode? Value, JsonNode? Error) Number(JsonNode value)
    {
        if (value is JsonValue given)
        {
            if (given.TryGetValue<long>(out var integer))
            {
                return (JsonValue.Create((double)integer), null);
            }

            if (given.TryGetValue<double>(out var number))
            {
                return (JsonValue.Create(number == 0 ? 0.0 : number), null);
            }
        }

        return (null, "expected a number");
    }

    public static (JsonNode? Value, JsonNode? Error) Boolean(JsonNode value) =>
        value is JsonValue given && given.TryGetValue<bool>(out var truth) ? (JsonValue.Create(truth), null) : (null, "expected a boolean");
}
