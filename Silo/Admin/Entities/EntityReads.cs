using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Preconditions;

namespace Mesh.Silo.Admin.Entities;

/// <summary>Reads of single entities and of pages.</summary>
internal static class EntityReads
{
    public static async Task<AdminAnswer> Read(AdminContext context, EntitySchema schema, string key, EntityParent? parent)
    {
        EntityReading reading = await context.Workspace.Read(schema.Kind, await Key(context, schema, key), parent);
        return reading.Document is { } document && TagBound.Holds(context.Caller, document)
            ? EntityAnswer.Of(context, schema, StatusCodes.Status200OK, document, reading.Revision)
            : AdminAnswer.NotFound with { Revision = reading.Revision };
    }

    public static async Task<AdminAnswer> List(AdminContext context, EntitySchema schema, EntityParent? parent)
    {
        if (!ListArguments.TryRead(context, schema, parent, out ListQuery query, out AdminAnswer? refusal))
        {
            return refusal;
        }

        EntityPage page = await context.Workspace.List(TagBound.Narrow(context.Caller, query));
        return page.ParentMissing ? AdminAnswer.NotFound with { Revision = page.Revision } : ListAnswer.Of(context, schema, page, nested: parent is not null);
    }

    /// <summary>The key under which the workspace knows an entity. A certificate is also found by one of its SNIs (Kong, <c>api/routes/certificates.lua</c>).</summary>
    public static async Task<string> Key(AdminContext context, EntitySchema schema, string key)
    {
        if (schema.Kind != EntityKinds.Certificates || Guid.TryParse(key, out _))
        {
            return key;
        }

        EntitySchema snis = context.Schemas.Find(EntityKinds.Snis)!;
        return await ForeignKey(context, snis, key, snis.Find("certificate")!) ?? key;
    }

    /// <summary>Id of the entity that a foreign field of a stored entity refers to; null when either is absent.</summary>
    public static async Task<string?> ForeignKey(AdminContext context, EntitySchema schema, string key, Field foreign)
    {
        EntityReading reading = await context.Workspace.Read(schema.Kind, await Key(context, schema, key), parent: null);
        if (reading.Document is null)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(reading.Document);
        return document.RootElement.TryGetProperty(foreign.Name, out JsonElement reference) && reference.ValueKind == JsonValueKind.Object
            ? reference.GetProperty("id").GetString()
            : null;
    }
}
