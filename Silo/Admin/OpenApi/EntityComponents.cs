using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>The schemas of every entity kind and of every plugin's config, from their declarations.</summary>
internal static class EntityComponents
{
    /// <summary>Name of the kind's component: <c>KeySet</c> of <c>key_sets</c>.</summary>
    public static string Name(EntitySchema schema) => Pascal(schema.Kind.TrimEnd('s'));

    public static string InputName(EntitySchema schema) => Name(schema) + "Input";

    public static string PatchName(EntitySchema schema) => Name(schema) + "Patch";

    public static string ListName(EntitySchema schema) => Name(schema) + "List";

    public static void AddTo(JsonObject components, EntitySchemas schemas)
    {
        foreach (EntitySchema schema in schemas.All)
        {
            components[Name(schema)] = Entity(schema, FieldUse.Answer, schemas);
            components[InputName(schema)] = Entity(schema, FieldUse.Write, schemas);
            components[PatchName(schema)] = Entity(schema, FieldUse.Patch, schemas);
            components[ListName(schema)] = Shape.Page(Shape.Ref(Name(schema)));
        }

        foreach (PluginSchema plugin in schemas.Plugins.All)
        {
            foreach (FieldUse use in Enum.GetValues<FieldUse>())
            {
                JsonObject config = FieldSchema.Record(plugin.Config, use);
                config["description"] = $"The config of the {plugin.Name} plugin (priority {plugin.Priority}).";
                components[ConfigName(plugin, use)] = config;
            }
        }
    }

    private static string ConfigName(PluginSchema plugin, FieldUse use) => Pascal(plugin.Name) + "Config" + (use == FieldUse.Answer ? "" : use == FieldUse.Write ? "Input" : "Patch");

    private static JsonObject Entity(EntitySchema schema, FieldUse use, EntitySchemas schemas)
    {
        // The names of a certificate's SNIs are shown as they are taken.
        IEnumerable<Field> shorthands = use != FieldUse.Answer ? schema.ShorthandFields : schema.ShorthandFields.Where(field => field.Name == CertificateSchemas.SnisView);
        JsonObject entity = FieldSchema.Record([.. schema.Fields, .. shorthands.Select(field => use == FieldUse.Answer ? field with { Required = true } : field)], use);
        if (use == FieldUse.Write && schema.Expand is not null)
        {
            Relax(entity, schema);
        }

        if (schema.Kind == EntityKinds.Plugins)
        {
            entity["allOf"] = new JsonArray([.. schemas.Plugins.All.Select(plugin => Specialized(plugin, use))]);
        }

        return entity;
    }

    /// <summary>What a shorthand stands for need not be given beside it.</summary>
    private static void Relax(JsonObject entity, EntitySchema schema)
    {
        if (schema.ShorthandFields is not [var shorthand, ..] || entity["required"] is not JsonArray required)
        {
            return;
        }

        entity.Remove("required");
        entity["anyOf"] = new JsonArray(new JsonObject { ["required"] = required }, new JsonObject { ["required"] = new JsonArray(shorthand.Name) });
    }

    private static JsonObject Specialized(PluginSchema plugin, FieldUse use) => new()
    {
        ["if"] = new JsonObject { ["properties"] = new JsonObject { ["name"] = Shape.Const(plugin.Name) }, ["required"] = new JsonArray("name") },
        ["then"] = new JsonObject { ["properties"] = new JsonObject { ["config"] = Shape.Ref(ConfigName(plugin, use)) } },
    };

    private static string Pascal(string name) => string.Concat(name.Split('_', '-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
