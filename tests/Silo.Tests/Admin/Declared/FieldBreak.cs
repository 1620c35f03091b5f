using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Tests.Admin.Declared;

/// <summary>A value that breaks one attribute of a field's declaration, and what Kong says of it.</summary>
/// <param name="Path">Where the message stands in <c>fields</c>, such as <c>healthchecks.threshold</c> or <c>paths.1</c>.</param>
public sealed record FieldBreak(string Path, JsonNode? Value, string Message)
{
    /// <summary>Every way to break a field by what its declaration states, in the field itself and below it.</summary>
    /// <param name="field">The declaration.</param>
    internal static IEnumerable<FieldBreak> Of(Field field) => At(field, field.Name, value => value);

    private static IEnumerable<FieldBreak> At(Field field, string path, Func<JsonNode?, JsonNode?> wrap)
    {
        if (field.MustBeNull)
        {
            yield break;
        }

        foreach ((JsonNode? value, string message) in Own(field))
        {
            yield return new FieldBreak(path, wrap(value), field.Error is { } instead && !IsTypeMessage(message) ? instead : message);
        }

        foreach (FieldBreak below in Below(field, path, wrap))
        {
            yield return below;
        }
    }

    private static bool IsTypeMessage(string message) => message.StartsWith("expected a", StringComparison.Ordinal) && !message.Contains("UUID", StringComparison.Ordinal);

    private static IEnumerable<FieldBreak> Below(Field field, string path, Func<JsonNode?, JsonNode?> wrap)
    {
        switch (field.Type)
        {
            case FieldType.Array or FieldType.Set when field.Elements is { } elements:
                return At(elements, $"{path}.1", value => wrap(new JsonArray(value)));
            case FieldType.Map when field.Elements is { } elements:
                string key = field.Keys is { } keys && DeclaredValue.Of(keys).FirstOrDefault() is { } good ? good.GetValue<string>() : "key";
                return At(elements, $"{path}.{key}", value => wrap(new JsonObject { [key] = value }));
            case FieldType.Record when field.Fields is { } fields:
                return fields.SelectMany(member => At(member, $"{path}.{member.Name}", value => wrap(new JsonObject { [member.Name] = value })))
                    .Append(new FieldBreak($"{path}.no_such_field", wrap(new JsonObject { ["no_such_field"] = 1 }), "unknown field"));
            default:
                return [];
        }
    }

    private static IEnumerable<(JsonNode? Value, string Message)> Own(Field field)
    {
        switch (field.Type)
        {
            case FieldType.String:
                yield return (new JsonArray("x"), "expected a string");
                foreach ((JsonNode?, string) pair in Text(field))
                {
                    yield return pair;
                }

                break;

            case FieldType.Integer or FieldType.Number:
                yield return ("x", field.Type == FieldType.Integer ? "expected an integer" : "expected a number");
                if (field.Type == FieldType.Integer)
                {
                    yield return (1.5, "expected an integer");
                }

                foreach ((JsonNode?, string) pair in Numbers(field))
                {
                    yield return pair;
                }

                break;

            case FieldType.Boolean:
                yield return ("maybe", "expected a boolean");
                break;
            case FieldType.Array:
                yield return ("x", "expected an array");
                break;
            case FieldType.Set:
                yield return ("x", "expected a set");
                break;
            case FieldType.Map:
                yield return ("x", "expected a map");
                break;
            case FieldType.Record or FieldType.Foreign:
                yield return ("x", "expected a record");
                break;
            default:
                throw new InvalidOperationException($"what breaks a {field.Type}?");
        }
    }

    private static IEnumerable<(JsonNode? Value, string Message)> Text(Field field)
    {
        if (field.OneOf is { } options)
        {
            yield return ("no such option", $"expected one of: {string.Join(", ", options)}");
            yield break;
        }

        if (field.NotOneOf is { } refused)
        {
            yield return (refused[0], $"must not be one of: {string.Join(", ", refused)}");
        }

        if (field.Uuid)
        {
            yield return ("no-uuid", "expected a valid UUID");
            yield break;
        }

        if (field.LenMin is null or 1)
        {
            yield return ("", "length must be at least 1");
        }

        if (field.LenMax is { } most && field.LenMin != most)
        {
            yield return (new string('a', most + 1), $"length must be at most {most}");
        }

        if (field.StartsWith is { } start)
        {
            yield return ("x", $"should start with: {start}");
        }
        else if (field.Match is { } match && !System.Text.RegularExpressions.Regex.IsMatch("\u0001", match))
        {
            yield return ("\u0001", "invalid value: \u0001");
        }
    }

    private static IEnumerable<(JsonNode? Value, string Message)> Numbers(Field field)
    {
        if (field.OneOf is { } options)
        {
            yield return (-77, $"expected one of: {string.Join(", ", options)}");
            yield break;
        }

        string? range = (field.Min, field.Max) switch
        {
            ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"value should be between {min} and {max}"),
            ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"value must be at least {min}"),
            (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"value must be at most {max}"),
            _ => null,
        };
        if (field.Timestamp)
        {
            yield return (-1, "expected a valid timestamp");
        }
        else if (field.Min is { } least)
        {
            yield return ((long)least - 1, range!);
        }

        if (field.Max is { } most)
        {
            yield return ((long)most + 1, range!);
        }
    }
}
