using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>Checks bodies against the declarations and gives their canonical form. Knows one entity at a time.</summary>
internal sealed class EntityValidator(EntitySchemas schemas)
{
    private readonly Dictionary<string, RecordRule> byKind =
        schemas.All.ToDictionary(schema => schema.Kind, schema => new RecordRule(schema.Fields, schema.Checks));

    private readonly Dictionary<string, RecordRule> byPlugin = [];

    /// <summary>
    /// Takes the shorthands out of a body (create, put) or patch and writes what they stand for. Changes <paramref name="body"/>.
    /// </summary>
    public void Expand(EntitySchema schema, JsonObject body, ErrorTree errors)
    {
        if (schema.ShorthandFields.Count > 0)
        {
            var given = new JsonObject();
            foreach (var field in schema.ShorthandFields)
            {
                if (body[field.Name] is { } value)
                {
                    given.Add(field.Name, value.DeepClone());
                }
            }

            _ = new ValueNormalizer(schemas, null).Record(new RecordRule(schema.ShorthandFields, []), given, errors);
        }

        if (errors.IsEmpty)
        {
            schema.Expand?.Invoke(body);
        }

        foreach (var field in schema.ShorthandFields)
        {
            body.Remove(field.Name);
        }
    }

    /// <summary>
    /// The canonical form of an expanded body. <c>id</c>, time stamps and other fields that the store fills in stay null when the
    /// body lacks them.
    /// </summary>
    public JsonObject Normalize(EntitySchema schema, JsonObject body, ForeignResolver? resolve, ErrorTree errors, out List<UnresolvedName> unresolved)
    {
        var normalizer = new ValueNormalizer(schemas, resolve);
        var rule = schema.Kind == EntityKinds.Plugins ? PluginRule(schema, body, errors) : byKind[schema.Kind];
        var document = normalizer.Record(rule, body, errors);
        unresolved = normalizer.Unresolved;
        if (errors.IsEmpty && unresolved.Count == 0)
        {
            schema.Derive?.Invoke(document);
        }

        return document;
    }

    /// <summary>Lays a patch over a document: records merge, everything else is replaced.</summary>
    public JsonObject Merge(EntitySchema schema, JsonObject document, JsonObject patch)
    {
        var rule = schema.Kind == EntityKinds.Plugins ? PluginRule(schema, patch["name"] is null ? document : patch, new ErrorTree()) : byKind[schema.Kind];
        Merge(rule, document, patch);
        return document;
    }

    private static void Merge(RecordRule? rule, JsonObject document, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            var field = rule is null ? null : Array.Find(rule.Fields, field => field.Field.Name == name);
            if (field?.Record is { } record && document[name] is JsonObject old && value is JsonObject change)
            {
                Merge(record, old, change);
            }
            else
            {
                document[name] = value?.DeepClone();
            }
        }
    }

    /// <summary>The rule with the config of the plugin that the body names. The config of an unknown plugin is not looked at.</summary>
    private RecordRule PluginRule(EntitySchema schema, JsonObject body, ErrorTree errors)
    {
        if (body["name"] is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            body.Remove("config");
            return byKind[schema.Kind];
        }

        if (byPlugin.TryGetValue(name, out var rule))
        {
            return rule;
        }

        if (schemas.Plugins.Find(name) is not { } plugin)
        {
            body.Remove("config");
            if (name.Length > 0)
            {
                errors.Add("name", $"plugin '{name}' not enabled; add it to the 'plugins' configuration property");
            }

            return byKind[schema.Kind];
        }

        var special = PluginEntitySchema.Specialize(schema, plugin);
        return byPlugin[name] = new RecordRule(special.Fields, special.Checks);
    }
}
