using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Schemas;

/// <summary><c>/schemas/…</c>: the declarations as Kong shows them, and checks against them.</summary>
internal static class SchemaEndpoints
{
    /// <summary><c>/schemas/{kind}</c>.</summary>
    public static AdminResource Kind(EntitySchemas schemas, string kind) => new()
    {
        Get = _ => Task.FromResult(ByName(schemas, kind) is { } schema ? Entity(schema) : Unknown("entity", kind)),
    };

    /// <summary><c>/schemas/{kind}/validate</c>.</summary>
    public static AdminResource KindValidation(EntitySchemas schemas, string kind) => ByName(schemas, kind) is { } schema
        ? Validation(schema)
        : new() { Post = _ => Task.FromResult(Unknown("entity", kind)) };

    /// <summary><c>/schemas/vaults/{vault}</c>: the fields of one kind of vault.</summary>
    public static AdminResource Vault(EntitySchemas schemas, string vault) => new()
    {
        Get = _ => Task.FromResult(VaultSchema.Installed.Contains(vault)
            ? AdminAnswer.Object(StatusCodes.Status200OK, json => FieldJson.WriteFields(json, "fields", [schemas.Find(EntityKinds.Vaults)!.Find("config")!]))
            : Unknown("vault", vault)),
    };

    public static AdminResource Plugin(string name) => new() { Get = context => Plugin(context, name) };

    private static EntitySchema? ByName(EntitySchemas schemas, string name) => schemas.Find(name) ?? schemas.FindByAdminName(name);

    private static AdminAnswer Entity(EntitySchema schema) =>
        AdminAnswer.Object(StatusCodes.Status200OK, json => SchemaJson.WriteEntity(json, schema));

    private static Task<AdminAnswer> Plugin(AdminContext context, string name)
    {
        EntitySchema entity = context.Schemas.Find(EntityKinds.Plugins)!;
        return Task.FromResult(context.Schemas.Plugins.Find(name) is { } plugin
            ? AdminAnswer.Object(StatusCodes.Status200OK, json => SchemaJson.WritePlugin(json, entity, plugin))
            : Unknown("plugin", name));
    }

    private static AdminAnswer Unknown(string what, string name) => AdminAnswer.Message(StatusCodes.Status404NotFound, $"No {what} named '{name}'");

    public static AdminResource Validation(EntitySchema schema) => new()
    {
        Post = async context =>
        {
            BodyReading body = await RequestBody.Read(context, new FormShape(schema));
            if (body.Refusal is { } refusal)
            {
                return refusal;
            }

            EntityProblem? problem = await context.Workspace.Validate(schema.Kind, body.Json!);
            return problem is null ? AdminAnswer.Message(StatusCodes.Status200OK, "schema validation successful") : ProblemAnswer.Of(problem);
        },
    };
}
