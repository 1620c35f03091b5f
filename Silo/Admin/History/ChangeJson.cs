using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.History;
using Mesh.Grains.Schemas;
using Mesh.Grains.Secrets;

namespace Mesh.Silo.Admin.History;

/// <summary>Commits and changes as history, diffs, reverts and dry runs show them: secrets masked, their change named.</summary>
internal sealed class ChangeJson(EntitySchemas schemas)
{
    private readonly SecretMask mask = new(schemas);

    /// <summary>Members of a commit's header.</summary>
    public static void WriteHeader(Utf8JsonWriter json, CommitHeader header)
    {
        json.WriteNumber("revision", header.Revision);
        json.WriteString("time", TimeText.Of(header.Time));
        json.WriteStartObject("author");
        json.WriteString("name", header.Author.Name);
        json.WriteString("address", header.Author.Address);
        json.WriteString("credential", header.Author.Credential);
        json.WriteEndObject();
        json.WriteString("operation", header.OperationId);
        json.WriteString("summary", header.Summary);
        json.WriteNumber("changes_count", header.Changes);
    }

    public void WriteArray(Utf8JsonWriter json, IEnumerable<EntityDiff> changes)
    {
        json.WriteStartArray("changes");
        foreach (EntityDiff change in changes)
        {
            Write(json, change);
        }

        json.WriteEndArray();
    }

    public void Write(Utf8JsonWriter json, EntityDiff change)
    {
        EntitySchema? schema = schemas.Find(change.Kind);
        using JsonDocument? before = change.Before is { } old ? JsonDocument.Parse(old) : null;
        using JsonDocument? after = change.After is { } now ? JsonDocument.Parse(now) : null;
        json.WriteStartObject();
        json.WriteString("kind", change.Kind);
        json.WriteString("id", change.Id);
        json.WriteString("name", (after ?? before) is { } shown ? EntityNames.Of(schema, shown.RootElement) : null);
        json.WriteString("operation", (before, after) switch { (null, _) => "create", (_, null) => "delete", _ => "update" });
        WriteState(json, "before", change.Kind, change.Before);
        WriteState(json, "after", change.Kind, change.After);
        json.WriteStartArray("fields");
        if (before is not null && after is not null)
        {
            foreach (string field in ChangedFields.Of(Fields(change.Kind, change.After!), before.RootElement, after.RootElement))
            {
                json.WriteStringValue(field);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Only a plugin's fields depend on the entity.</summary>
    private IReadOnlyList<Field>? Fields(string kind, byte[] document) =>
        kind == EntityKinds.Plugins ? schemas.FieldsOf(kind, JsonNode.Parse(document)!.AsObject()) : schemas.Find(kind)?.Fields;

    private void WriteState(Utf8JsonWriter json, string name, string kind, byte[]? document)
    {
        json.WritePropertyName(name);
        if (document is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(mask.Mask(kind, document), skipInputValidation: true);
        }
    }
}
