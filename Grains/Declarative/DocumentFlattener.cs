using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Grains.Validation;
using Mesh.Grains.Workspaces;

namespace Mesh.Grains.Declarative;

/// <summary>Turns the tree of a document (children below their parents, references by name) into one put for each entity.</summary>
internal sealed class DocumentFlattener(EntitySchemas schemas, bool transformed, bool regexPathsUnmarked, CancellationToken cancellation)
{
    private static readonly string[] Notes = ["_comment", "_ignore"];

    private readonly CanonicalJson json = new();
    private readonly HashSet<Guid> given = [];

    public List<Mutation> Mutations { get; } = [];

    /// <summary>What is wrong, by place.</summary>
    public List<(string Place, string Message)> Faults { get; } = [];

    public void Add(EntitySchema schema, JsonNode? list, string place, EntityParent? parent)
    {
        if (list is null or JsonObject { Count: 0 })
        {
            return;
        }

        if (list is not JsonArray entities)
        {
            Faults.Add((place, "expected an array"));
            return;
        }

        for (var i = 0; i < entities.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var at = $"{place}[{i.ToString(CultureInfo.InvariantCulture)}]";
            switch (entities[i])
            {
                case JsonObject entity:
                    AddEntity(schema, entity, at, parent);
                    break;
                case JsonValue name when schema.Kind == EntityKinds.Snis && name.TryGetValue<string>(out var text):
                    AddEntity(schema, new JsonObject { ["name"] = text }, at, parent);
                    break;
                default:
                    Faults.Add((at, "expected a record"));
                    break;
            }
        }
    }

    private void AddEntity(EntitySchema schema, JsonObject entity, string place, EntityParent? parent)
    {
        foreach (var note in Notes)
        {
            entity.Remove(note);
        }

        var nested = TakeChildren(schema, entity);
        foreach (var field in schema.Fields.Where(field => field.Type == FieldType.Foreign))
        {
            if (entity[field.Name] is JsonValue value && value.TryGetValue<string>(out var name))
            {
                entity[field.Name] = Reference(field, name);
            }
        }

        if (regexPathsUnmarked && schema.Kind == EntityKinds.Routes)
        {
            MarkRegexPaths(entity);
        }

        var key = nested.Count > 0 ? KeyOf(schema, entity) : null;
        Mutations.Add(new Mutation(MutationVerb.Put, schema.Kind, null, parent, json.Write(entity), place, transformed));
        foreach (var (child, foreign, list) in nested)
        {
            Add(child, list, $"{place}.{child.Kind}", new EntityParent(foreign.Name, schema.Kind, key!));
        }
    }

    /// <summary>Lists of other kinds that refer to this one. A field of its own that is called like a kind stays.</summary>
    private List<(EntitySchema Child, Field Foreign, JsonNode? List)> TakeChildren(EntitySchema schema, JsonObject entity)
    {
        var children = new List<(EntitySchema, Field, JsonNode?)>();
        foreach (var (name, list) in entity.ToArray())
        {
            if (schema.Find(name) is null && schemas.Find(name) is { } child
                && child.Fields.FirstOrDefault(field => field.Type == FieldType.Foreign && field.Reference == schema.Kind) is { } foreign)
            {
                entity.Remove(name);
                children.Add((child, foreign, list));
            }
        }

        return children;
    }

    /// <summary>What children call their parent by. A parent without id and name gets an id that follows from its content.</summary>
    private string KeyOf(EntitySchema schema, JsonObject entity)
    {
        if (Text(entity["id"]) is { } id)
        {
            return id;
        }

        if (schema.EndpointKey is { } field && Text(entity[field]) is { } name)
        {
            return name;
        }

        var content = json.Write(entity);
        var ordinal = 1;
        var derived = DerivedId.Of(schema.Kind, content, ordinal);
        while (!given.Add(derived))
        {
            derived = DerivedId.Of(schema.Kind, content, ++ordinal);
        }

        entity["id"] = derived.ToString("D");
        return derived.ToString("D");
    }

    private JsonObject Reference(Field field, string name) =>
        Guid.TryParseExact(name, "D", out _) || schemas.Find(field.Reference!)?.EndpointKey is not { } key
            ? new JsonObject { ["id"] = name }
            : new JsonObject { [key] = name };

    /// <summary>Before 3.0 a path with any character beyond the plain ones was a regular expression.</summary>
    private static void MarkRegexPaths(JsonObject route)
    {
        if (route["paths"] is not JsonArray paths)
        {
            return;
        }

        for (var i = 0; i < paths.Count; i++)
        {
            if (Text(paths[i]) is { } path && path.StartsWith('/') && !path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or '/' or '%' or '-'))
            {
                paths[i] = "~" + path;
            }
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
