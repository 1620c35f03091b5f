using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Entities;

namespace Mesh.Silo.Admin.Bodies;

/// <summary>The fields that a form is cast by.</summary>
/// <param name="PatchedKey">Key of the stored entity that a PATCH changes; null for whole entities.</param>
internal sealed record FormShape(EntitySchema Schema, string? PatchedKey = null, EntityParent? Parent = null)
{
    /// <summary>Everything stays text.</summary>
    public static FormShape Untyped { get; } = new(new EntitySchema { Kind = "", AdminName = "", Fields = [] });

    public async Task<IReadOnlyList<Field>> Fields(AdminContext context, FormTree form)
    {
        IReadOnlyList<Field> fields = [.. Schema.Fields, .. Schema.ShorthandFields];
        if (Schema.Kind != EntityKinds.Plugins)
        {
            return fields;
        }

        // The shape of a plugin's config depends on the plugin.
        string? name = form.Children.GetValueOrDefault("name")?.Values.FirstOrDefault() ?? await StoredName(context);
        return name is not null && context.Schemas.Plugins.Find(name) is { } plugin
            ? [.. fields.Where(field => field.Name != "config"), Field.Record("config", plugin.Config)]
            : fields;
    }

    private async Task<string?> StoredName(AdminContext context)
    {
        if (PatchedKey is null)
        {
            return null;
        }

        EntityReading reading = await context.Workspace.Read(Schema.Kind, await EntityReads.Key(context, Schema, PatchedKey), Parent);
        if (reading.Document is null)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(reading.Document);
        return document.RootElement.GetProperty("name").GetString();
    }
}
