using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>Rules over several fields of one record.</summary>
internal static class EntityChecks
{
    /// <param name="record">With its defaults; fields that are at fault hold what was sent.</param>
    public static void Run(RecordRule rule, JsonObject record, ErrorTree errors)
    {
        var wrongFields = !errors.IsEmpty;
        foreach (var check in rule.Checks)
        {
            switch (check.Check)
            {
                case EntityCheck.AtLeastOneOf(var fields) when !Array.Exists(fields, field => IsSet(record, field)):
                    errors.Add(EntityCheck.Entity, $"at least one of these fields must be non-empty: {Quote(fields)}");
                    break;
                case EntityCheck.OnlyOneOf(var fields) when fields.Count(field => IsSet(record, field)) != 1:
                    errors.Add(EntityCheck.Entity, $"exactly one of these fields must be non-empty: {Quote(fields)}");
                    break;
                case EntityCheck.MutuallyExclusive(var fields) when fields.Count(field => IsSet(record, field)) > 1:
                    errors.Add(EntityCheck.Entity, $"only one or none of these fields must be set: {Quote(fields)}");
                    break;
                case EntityCheck.MutuallyRequired(var fields) when fields.Count(field => IsSet(record, field)) is var set && set > 0 && set < fields.Length:
                    errors.Add(EntityCheck.Entity, $"all or none of these fields must be set: {Quote(fields)}");
                    break;
                case EntityCheck.Distinct(var fields) when HasEqual(record, fields):
                    errors.Add(EntityCheck.Entity, $"values of these fields must be distinct: {Quote(fields)}");
                    break;
                case EntityCheck.Conditional conditional when !errors.Has(conditional.If.Name):
                    RunConditional(check, conditional, record, errors);
                    break;
                case EntityCheck.Custom custom when custom.Sources is { } sources ? !Array.Exists(sources, errors.Has) : !wrongFields:
                    foreach (var (field, message) in custom.Run(record))
                    {
                        errors.Add(field, message);
                    }

                    break;
            }
        }
    }

    /// <summary>The value under a dotted name.</summary>
    public static JsonNode? Get(JsonNode? record, string path)
    {
        foreach (var name in path.Split('.'))
        {
            record = record is JsonObject fields ? fields[name] : null;
        }

        return record;
    }

    private static void RunConditional(CheckRule check, EntityCheck.Conditional conditional, JsonObject record, ErrorTree errors)
    {
        if (Get(record, conditional.If.Name) is not { } when || !Holds(check.If!, when))
        {
            return;
        }

        var value = Get(record, conditional.Then.Name);
        var message = value switch
        {
            null => conditional.Then.Required ? "required field missing" : null,
            _ => errors.Has(conditional.Then.Name) ? null : ValueRules.Check(check.Then!, value),
        };
        if (message is not null)
        {
            errors.Add(EntityCheck.Entity, conditional.Error ?? $"failed conditional validation given value of field '{conditional.If.Name}'");
            errors.Add(conditional.Then.Name, message);
        }
    }

    /// <summary>For a list the condition is about each element.</summary>
    private static bool Holds(FieldRule rule, JsonNode value) => value is JsonArray list && rule.Elements is { } elements
        ? list.All(element => element is not null && ValueRules.Check(elements, element) is null)
        : ValueRules.Check(rule, value) is null;

    private static bool HasEqual(JsonObject record, string[] fields)
    {
        var values = fields.Select(field => Get(record, field)).Where(value => value is not null).Select(value => value!.ToJsonString()).ToArray();
        return values.Distinct(StringComparer.Ordinal).Count() < values.Length;
    }

    private static bool IsSet(JsonObject record, string field) => Get(record, field) switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject map => map.Count > 0,
        JsonValue value => !value.TryGetValue<string>(out var text) || text.Length > 0,
        _ => true,
    };

    private static string Quote(string[] fields) => string.Join(", ", fields.Select(field => $"'{field}'"));
}
