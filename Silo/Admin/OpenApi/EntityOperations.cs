using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>The operations that every kind of entity has.</summary>
internal static class EntityOperations
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data";

    private static readonly string[] Forms = [Form, Multipart];

    /// <param name="parent">Kind of the entity that the path names in front; null at the top level.</param>
    public static Operation? Collection(EntitySchema schema, string method, string? parent) => method switch
    {
        "GET" => new(schema.Kind, $"List {schema.Kind.Replace('_', ' ')}{Of(parent)}")
        {
            Parameters = [.. SharedParts.Paging, SharedParts.Tags, .. SharedParts.Reading],
            Query = schema.Kind == EntityKinds.Consumers ? [("custom_id", Shape.Text, "Only the consumer with this custom_id.")] : [],
            Answers = [(200, "A page, in the order of the ids.", Shape.Ref(EntityComponents.ListName(schema)))],
            Errors = parent is null ? [412] : [404, 412],
        },
        "POST" => new(schema.Kind, $"Create {One(schema.Kind)}{Of(parent)}")
        {
            Parameters = SharedParts.Writing,
            Body = Shape.Ref(EntityComponents.InputName(schema)),
            BodyTypes = Forms,
            BodyExample = Examples.Of(schema.Kind, parent is not null),
            Answers = [(201, "Created and durable.", Shape.Ref(EntityComponents.Name(schema))), (200, "With `dry_run`: what would change.", Shape.Ref("DryRun"))],
            Errors = [404, 409, 412, 413, 415],
        },
        _ => null,
    };

    public static Operation? Single(EntitySchema schema, string method, string? parent) => method switch
    {
        "GET" => new(schema.Kind, $"Read {One(schema.Kind)}{Of(parent)}")
        {
            Parameters = [SharedParts.IfNoneMatch, .. SharedParts.Reading],
            Answers = [(200, "The entity.", Shape.Ref(EntityComponents.Name(schema))), (304, "The client has it already.", null)],
            Errors = [404, 412],
        },
        "PUT" => new(schema.Kind, $"Create or replace {One(schema.Kind)}{Of(parent)}")
        {
            Description = "Fields that the body lacks get their defaults.",
            Parameters = SharedParts.Writing,
            Body = Shape.Ref(EntityComponents.InputName(schema)),
            BodyTypes = Forms,
            BodyExample = Examples.Of(schema.Kind, parent is not null),
            Answers = [(200, "The entity as it stands now; with `dry_run` what would change.", EntityOrDryRun(schema))],
            Errors = [404, 409, 412, 413, 415],
        },
        "PATCH" => new(schema.Kind, $"Change {One(schema.Kind)}{Of(parent)}")
        {
            Description = "Records are merged, arrays replaced; null clears a field.",
            Parameters = SharedParts.Writing,
            Body = Shape.Ref(EntityComponents.PatchName(schema)),
            BodyTypes = Forms,
            Answers = [(200, "The entity as it stands now; with `dry_run` what would change.", EntityOrDryRun(schema))],
            Errors = [404, 409, 412, 413, 415],
        },
        "DELETE" => new(schema.Kind, $"Delete {One(schema.Kind)}{Of(parent)}")
        {
            Description = parent is not null ? "What is absent is 404." : "Deleting what is absent succeeds.",
            Parameters = SharedParts.Writing,
            Answers = [(204, "Gone.", null), (200, "With `dry_run`: what would change.", Shape.Ref("DryRun"))],
            Errors = [404, 412],
        },
        _ => null,
    };

    public static Operation? History(EntitySchema schema, string method, string? parent) => method == "GET"
        ? new(schema.Kind, $"List the commits that changed {One(schema.Kind)}{Of(parent)}")
        {
            Description = "Newest first. What was deleted is found by its id.",
            Parameters = [.. SharedParts.Paging, .. SharedParts.Reading],
            Answers = [(200, "A page.", Shape.Ref("VersionList"))],
            Errors = [404, 412],
        }
        : null;

    private static JsonObject EntityOrDryRun(EntitySchema schema) =>
        new() { ["anyOf"] = new JsonArray(Shape.Ref(EntityComponents.Name(schema)), Shape.Ref("DryRun")) };

    private static string Of(string? parent) => parent is null ? "" : $" of {One(parent)}";

    private static string One(string kind)
    {
        string name = kind.Replace('_', ' ')[..^1];
        return name[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? $"an {name}" : $"a {name}";
    }
}
