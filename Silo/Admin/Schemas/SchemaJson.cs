using System.Text.Json;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Schemas;

/// <summary>A declaration in the form of Kong's <c>/schemas</c> answers: <c>fields</c> is an array of one-key objects.</summary>
internal static class SchemaJson
{
    public static void WriteEntity(Utf8JsonWriter json, EntitySchema schema)
    {
        FieldJson.WriteFields(json, "fields", schema.Fields);
        if (schema.ShorthandFields.Count > 0)
        {
            FieldJson.WriteFields(json, "shorthand_fields", schema.ShorthandFields);
        }

        WriteChecks(json, schema.Checks);
    }

    /// <summary>A plugin's scope, protocols and config; what it cannot stand on must be null.</summary>
    public static void WritePlugin(Utf8JsonWriter json, EntitySchema entity, PluginSchema plugin)
    {
        List<Field> fields = [];
        foreach (Field field in entity.Fields)
        {
            switch (field.Name)
            {
                case "route" or "service" or "consumer":
                    fields.Add(field with { MustBeNull = field.MustBeNull || !Allows(plugin, field.Name) });
                    break;

                case "protocols":
                    fields.Add(field with { Default = JsonSerializer.Serialize(plugin.DefaultProtocols ?? plugin.Protocols), Elements = field.Elements! with { OneOf = [.. plugin.Protocols] } });
                    break;

                default:
                    break;
            }
        }

        fields.Add(ConfigOf(plugin));
        FieldJson.WriteFields(json, "fields", fields);
        WriteChecks(json, plugin.Checks);
    }

    /// <summary>A plugin's <c>config</c> as a field.</summary>
    public static Field ConfigOf(PluginSchema plugin) => Field.Record("config", plugin.Config) with { Required = true };

    public static void WriteChecks(Utf8JsonWriter json, IReadOnlyList<EntityCheck> checks)
    {
        // Rules in code have no form that a client could read.
        EntityCheck[] shown = [.. checks.Where(check => check is not EntityCheck.Custom)];
        if (shown.Length == 0)
        {
            return;
        }

        json.WriteStartArray("entity_checks");
        foreach (EntityCheck check in shown)
        {
            json.WriteStartObject();
            Write(json, check);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, EntityCheck check)
    {
        switch (check)
        {
            case EntityCheck.AtLeastOneOf rule:
                FieldJson.WriteStrings(json, "at_least_one_of", rule.Fields);
                break;

            case EntityCheck.OnlyOneOf rule:
                FieldJson.WriteStrings(json, "only_one_of", rule.Fields);
                break;

            case EntityCheck.MutuallyExclusive rule:
                FieldJson.WriteStrings(json, "mutually_exclusive", rule.Fields);
                break;

            case EntityCheck.MutuallyRequired rule:
                FieldJson.WriteStrings(json, "mutually_required", rule.Fields);
                break;

            case EntityCheck.Distinct rule:
                FieldJson.WriteStrings(json, "distinct", rule.Fields);
                break;

            case EntityCheck.Conditional rule:
                json.WriteStartObject("conditional");
                json.WriteString("if_field", rule.If.Name);
                json.WritePropertyName("if_match");
                FieldJson.WriteAttributes(json, rule.If);
                json.WriteString("then_field", rule.Then.Name);
                json.WritePropertyName("then_match");
                FieldJson.WriteAttributes(json, rule.Then);
                json.WriteEndObject();
                break;

            default:
                throw new NotSupportedException(check.GetType().Name);
        }
    }

    private static bool Allows(PluginSchema plugin, string scope) => scope switch
    {
        "route" => plugin.AllowsRoute,
        "service" => plugin.AllowsService,
        _ => plugin.AllowsConsumer,
    };
}
