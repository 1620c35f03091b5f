using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Secrets;
using Mesh.Grains.Validation;

namespace Mesh.Grains.Workspaces;

/// <summary>The problems of one request, in Kong's words.</summary>
internal sealed class Problems(Mutation[] mutations)
{
    private readonly List<EntityProblem> all = [];

    public bool Any => all.Count > 0;

    public EntityProblem[] ToArray() => [.. all.OrderBy(problem => problem.Mutation)];

    public void UnknownKind(int mutation, string kind) =>
        Add(mutation, ProblemCode.InvalidOptions, $"unknown entity kind '{kind}'", null);

    public void BadBody(int mutation, string reason) =>
        Add(mutation, ProblemCode.SchemaViolation, $"Cannot parse JSON body: {reason}", null);

    public void Schema(int mutation, ErrorTree errors) => all.Add(errors.ToProblem(mutation, Place(mutation)));

    /// <param name="key">As the client named the entity; a secret one (an API key) is masked.</param>
    public void NotFound(int mutation, string key, EntitySchema? schema)
    {
        var field = Guid.TryParseExact(key, "D", out _) ? "id" : schema?.EndpointKey ?? "id";
        var fields = new JsonObject { [field] = schema?.Find(field) is { Secret: true } ? SecretMask.Text : key };
        Add(mutation, ProblemCode.NotFound, $"could not find the entity with {(field == "id" ? "primary key " : "")}'{LuaText.Write(fields)}'", fields);
    }

    public void PrimaryKeyTaken(int mutation, Guid id)
    {
        var key = new JsonObject { ["id"] = id.ToString("D") };
        Add(mutation, ProblemCode.PrimaryKeyViolation, $"primary key violation on key '{LuaText.Write(key)}'", key);
    }

    public void DeclaredTwice(int mutation, string kind, Guid id) => Add(
        mutation,
        ProblemCode.PrimaryKeyViolation,
        $"uniqueness violation: '{kind}' entity with primary key set to '{id:D}' already declared",
        new JsonObject { ["id"] = id.ToString("D") });

    /// <param name="values">The fields of the constraint with their values; those of secret fields are masked.</param>
    public void NotUnique(int mutation, JsonObject values) =>
        Add(mutation, ProblemCode.UniqueViolation, $"UNIQUE violation detected on '{LuaText.Write(values)}'", values);

    public void ForeignMissing(int mutation, string field, string kind, Guid id)
    {
        var key = new JsonObject { ["id"] = id.ToString("D") };
        Add(
            mutation,
            ProblemCode.ForeignKeyViolation,
            $"the foreign key '{LuaText.Write(key)}' does not reference an existing '{kind}' entity.",
            new JsonObject { [field] = key });
    }

    public void Unresolved(int mutation, List<UnresolvedName> names)
    {
        var fields = new JsonObject();
        var said = new List<string>();
        foreach (var name in names)
        {
            var message = $"the foreign key cannot be resolved with '{LuaText.Write(new JsonObject { [name.Key] = name.Value })}' for an existing '{name.Kind}' entity";
            fields[name.Field] = new JsonObject { [name.Key] = message };
            said.Add($"{name.Field}.{name.Key}: {message}");
        }

        var text = string.Join("; ", said);
        Add(mutation, ProblemCode.ForeignKeysUnresolved, said.Count == 1 ? $"foreign key unresolved ({text})" : $"{said.Count} foreign keys unresolved ({text})", fields);
    }

    public void StillReferenced(int mutation, string kind, string childKind) => Add(
        mutation,
        ProblemCode.ForeignKeyViolation,
        $"an existing '{childKind}' entity references this '{kind}' entity",
        new JsonObject { ["@referenced_by"] = childKind });

    public void CaCertificateInUse(int mutation, Guid id, string kind, Guid user) =>
        Add(mutation, ProblemCode.ReferencedByOthers, $"ca certificate {id:D} is still referenced by {kind} (id = {user:D})", null);

    public void OutOfBounds(int mutation, string reason) => Add(mutation, ProblemCode.Forbidden, reason, null);

    private void Add(int mutation, ProblemCode code, string message, JsonObject? fields) =>
        all.Add(new EntityProblem(mutation, Place(mutation), code, message, fields is null ? null : ErrorTree.ToUtf8(fields)));

    private string? Place(int mutation) => mutation < 0 ? null : mutations[mutation].Place;
}
