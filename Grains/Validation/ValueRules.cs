using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Validation;

/// <summary>The attributes of a field, tried on one value of the right type in Kong's order. Gives the first message.</summary>
internal static class ValueRules
{
    public static string? Check(FieldRule rule, JsonNode value)
    {
        var field = rule.Field;
        if (field.MustBeNull)
        {
            return field.Error ?? "value must be null";
        }

        if (field.Referenceable && value is JsonValue text && text.TryGetValue<string>(out var reference) && VaultReference.Is(reference))
        {
            return null;
        }

        var message = field.Type switch
        {
            FieldType.String => CheckText(rule, value.GetValue<string>()),
            FieldType.Integer or FieldType.Number => CheckNumber(field, value),
            FieldType.Array or FieldType.Set => CheckLength(field, value.AsArray().Count, 0) ?? CheckSubsets(field, value.AsArray()),
            FieldType.Map => CheckLength(field, value.AsObject().Count, 0),
            _ => null,
        };
        message ??= field.Check?.Invoke(value);
        return message is null ? null : field.Error ?? message;
    }

    private static string? CheckText(FieldRule rule, string value)
    {
        var field = rule.Field;
        if (CheckOptions(field, value) is { } option)
        {
            return option;
        }

        if (field.Uuid && !Guid.TryParseExact(value, "D", out _))
        {
            return "expected a valid UUID";
        }

        if (CheckLength(field, Encoding.UTF8.GetByteCount(value), 1) is { } length)
        {
            return length;
        }

        if (field.StartsWith is { } start && !value.StartsWith(start, StringComparison.Ordinal))
        {
            return $"should start with: {start}";
        }

        return rule.Match is { } match && !match.IsMatch(value) ? $"invalid value: {value}" : null;
    }

    private static string? CheckNumber(Field field, JsonNode value)
    {
        var number = value.AsValue().TryGetValue<long>(out var integer) ? integer : value.GetValue<double>();
        if (CheckOptions(field, number.ToString(CultureInfo.InvariantCulture)) is { } option)
        {
            return option;
        }

        if (field.Timestamp && number <= 0)
        {
            return "expected a valid timestamp";
        }

        return (field.Min, field.Max) switch
        {
            ({ } min, { } max) when number < min || number > max => string.Create(CultureInfo.InvariantCulture, $"value should be between {min} and {max}"),
            ({ } min, null) when number < min => string.Create(CultureInfo.InvariantCulture, $"value must be at least {min}"),
            (null, { } max) when number > max => string.Create(CultureInfo.InvariantCulture, $"value must be at most {max}"),
            _ => null,
        };
    }

    private static string? CheckOptions(Field field, string value) => field switch
    {
        { OneOf: { } options } when !options.Contains(value) => $"expected one of: {string.Join(", ", options)}",
        { NotOneOf: { } options } when options.Contains(value) => $"must not be one of: {string.Join(", ", options)}",
        _ => null,
    };

    private static string? CheckLength(Field field, int length, int leastByDefault)
    {
        var least = field.LenMin ?? leastByDefault;
        if (field.LenMin is { } exact && field.LenMax == exact && length != exact)
        {
            return string.Create(CultureInfo.InvariantCulture, $"length must be {exact}");
        }

        if (length < least)
        {
            return string.Create(CultureInfo.InvariantCulture, $"length must be at least {least}");
        }

        return field.LenMax is { } most && length > most ? string.Create(CultureInfo.InvariantCulture, $"length must be at most {most}") : null;
    }

    private static string? CheckSubsets(Field field, JsonArray values)
    {
        if (field.ExclusiveSubsets is not { } subsets)
        {
            return null;
        }

        var members = values.Select(value => value!.GetValue<string>()).ToArray();
        var touched = subsets.Where(subset => subset.Intersect(members).Any()).ToArray();
        return touched.Length <= 1
            ? null
            : $"these sets are mutually exclusive: {string.Join(", ", touched.Select(subset => $"({string.Join(", ", subset.Select(name => $"'{name}'"))})"))}";
    }
}
