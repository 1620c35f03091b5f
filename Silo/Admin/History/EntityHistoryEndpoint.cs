using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Entities;

namespace Mesh.Silo.Admin.History;

/// <summary><c>/{kind}/{id or name}/history</c>: every commit that changed the entity. What was deleted is found by its id.</summary>
internal static class EntityHistoryEndpoint
{
    public static AdminResource Of(EntitySchema schema, string key, EntityParent? parent) => new() { Get = context => Read(context, schema, key, parent) };

    private static async Task<AdminAnswer> Read(AdminContext context, EntitySchema schema, string key, EntityParent? parent)
    {
        (int size, long? before) = (PageAnswer.Size(context), PageAnswer.Before(context));
        EntityReading entity = await context.Workspace.Read(schema.Kind, await EntityReads.Key(context, schema, key), parent);
        if ((entity.Document is null ? Deleted(key) : entity.Id) is not { } id)
        {
            return AdminAnswer.NotFound with { Revision = entity.Revision };
        }

        EntityHistory history = await context.History.OfEntity(schema.Kind, id, before, size);
        if (entity.Document is null && before is null && history.Versions.Length == 0)
        {
            return AdminAnswer.NotFound with { Revision = history.Head };
        }

        ChangeJson changes = new(context.Schemas);
        return PageAnswer.Of(context, history.Head, history.Versions, PageAnswer.Offset(history.Next), (json, version) =>
        {
            ChangeJson.WriteHeader(json, version.Header);
            json.WritePropertyName("change");
            changes.Write(json, version.Change);
        });
    }

    private static Guid? Deleted(string key) => Guid.TryParseExact(key, "D", out Guid id) ? id : null;
}
