using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>
/// Brings what a client sent into canonical form, field by field in the order of the declaration: defaults filled in, types and
/// attributes checked, duplicates of sets dropped, references reduced to ids.
/// </summary>
internal sealed class ValueNormalizer(EntitySchemas schemas, ForeignResolver? resolve)
{
    public List<UnresolvedName> Unresolved { get; } = [];

    /// <returns>The canonical record; fields at fault hold what was sent.</returns>
    public JsonObject Record(RecordRule rule, JsonObject input, ErrorTree errors)
    {
        var output = new JsonObject();
        var seen = 0;
        foreach (var field in rule.Fields)
        {
            var name = field.Field.Name;
            if (input.TryGetPropertyValue(name, out var value))
            {
                seen++;
            }

            output.Add(name, value is null ? Missing(field, explicitly: input.ContainsKey(name), errors) : Given(field, value, errors));
        }

        if (seen < input.Count)
        {
            foreach (var (name, _) in input)
            {
                if (!rule.Declares(name))
                {
                    errors.Set(name, "unknown field");
                }
            }
        }

        EntityChecks.Run(rule, output, errors);
        return output;
    }

    private JsonNode? Missing(FieldRule rule, bool explicitly, ErrorTree errors)
    {
        var field = rule.Field;
        if (field.Auto || field.MustBeNull)
        {
            return null;
        }

        if (rule.Initial() is { } initial && !(explicitly && field.Required && field.Type != FieldType.Record))
        {
            return field.Type == FieldType.Record ? Given(rule, initial, errors) : initial;
        }

        if (field.Required)
        {
            errors.Set(field.Name, "required field missing");
        }

        return null;
    }

    private JsonNode? Given(FieldRule rule, JsonNode value, ErrorTree errors)
    {
        var (normal, error) = Value(rule, value);
        if (error is null)
        {
            return normal;
        }

        errors.Set(rule.Field.Name, error);
        return value.DeepClone();
    }

    private (JsonNode? Value, JsonNode? Error) Value(FieldRule rule, JsonNode value)
    {
        var (normal, error) = rule.Field.Type switch
        {
            FieldType.String => ScalarForms.Text(rule.Field, value),
            FieldType.Integer => ScalarForms.Integer(value),
            FieldType.Number => ScalarForms.Number(value),
            FieldType.Boolean => ScalarForms.Boolean(value),
            FieldType.Array => Elements(rule, value, distinct: false),
            FieldType.Set => Elements(rule, value, distinct: true),
            FieldType.Map => Map(rule, value),
            FieldType.Record => NestedRecord(rule, value),
            _ => Foreign(rule.Field, value),
        };
        if (error is not null || normal is null)
        {
            return (normal, error);
        }

        return ValueRules.Check(rule, normal) is { } message ? (null, message) : (normal, null);
    }

    private (JsonNode? Value, JsonNode? Error) Elements(FieldRule rule, JsonNode value, bool distinct)
    {
        // Lua cannot tell an empty object from an empty array, and Kong's clients rely on it.
        var given = value as JsonArray ?? (value is JsonObject { Count: 0 } ? new JsonArray() : null);
        if (given is null)
        {
            return (null, distinct ? "expected a set" : "expected an array");
        }

        var result = new JsonArray();
        JsonArray? faults = null;
        var known = distinct ? new HashSet<string>(StringComparer.Ordinal) : null;
        for (var i = 0; i < given.Count; i++)
        {
            var (element, error) = given[i] is { } sent ? Value(rule.Elements!, sent) : (null, "required field missing");
            if (error is not null)
            {
                faults ??= [];
                while (faults.Count < i)
                {
                    faults.Add(null);
                }

                faults.Add(error);
            }
            else if (known is null || known.Add(element is JsonValue plain && plain.TryGetValue<string>(out var text) ? text : element!.ToJsonString()))
            {
                result.Add(element);
            }
        }

        return faults is null ? (result, null) : (null, faults);
    }

    private (JsonNode? Value, JsonNode? Error) Map(FieldRule rule, JsonNode value)
    {
        var given = value as JsonObject ?? (value is JsonArray { Count: 0 } ? new JsonObject() : null);
        if (given is null)
        {
            return (null, "expected a map");
        }

        var result = new JsonObject();
        JsonObject? faults = null;
        foreach (var (key, sent) in given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var error = rule.Keys is { } keys ? Value(keys, JsonValue.Create(key)).Error : null;
            JsonNode? element = null;
            if (error is null)
            {
                (element, error) = sent is null ? (null, "required field missing") : Value(rule.Elements!, sent);
            }

            if (error is not null)
            {
                (faults ??= [])[key] = error;
            }
            else
            {
                result.Add(key, element);
            }
        }

        return faults is null ? (result, null) : (null, faults);
    }

    private (JsonNode? Value, JsonNode? Error) NestedRecord(FieldRule rule, JsonNode value)
    {
        var given = value as JsonObject ?? (value is JsonArray { Count: 0 } ? new JsonObject() : null);
        if (given is null)
        {
            return (null, "expected a record");
        }

        var errors = new ErrorTree();
        var result = Record(rule.Record!, given, errors);
        return errors.IsEmpty ? (result, null) : (null, errors.ToJson());
    }

    private (JsonNode? Value, JsonNode? Error) Foreign(Field field, JsonNode value)
    {
        if (value is not JsonObject reference)
        {
            return (null, "expected a record");
        }

        if (reference["id"] is { } given)
        {
            return given is JsonValue text && text.TryGetValue<string>(out var id) && Guid.TryParseExact(id, "D", out var guid)
                ? (Reference(guid), null)
                : (null, new JsonObject { ["id"] = "expected a valid UUID" });
        }

        if (schemas.Find(field.Reference!)?.EndpointKey is not { } key
            || reference[key] is not JsonValue named || !named.TryGetValue<string>(out var name))
        {
            return (null, new JsonObject { ["id"] = "missing primary key" });
        }

        if (resolve is null)
        {
            return (Reference(Guid.Empty), null);
        }

        if (resolve(field.Reference!, name) is { } found)
        {
            return (Reference(found), null);
        }

        Unresolved.Add(new UnresolvedName(field.Name, field.Reference!, key, name));
        return (Reference(Guid.Empty), null);
    }

    private static JsonObject Reference(Guid id) => new() { ["id"] = id.ToString("D") };
}
