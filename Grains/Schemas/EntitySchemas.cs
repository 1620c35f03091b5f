using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

/// <summary>The declarations of all entity kinds, parents before children.</summary>
/// <param name="plugins">Declarations of the plugins' settings.</param>
/// <param name="time">For certificates that must not have expired.</param>
public sealed class EntitySchemas(IPluginSchemas plugins, TimeProvider time)
{
    public EntitySchemas(IPluginSchemas plugins)
        : this(plugins, TimeProvider.System)
    {
    }

    public IPluginSchemas Plugins { get; } = plugins;

    public IReadOnlyList<EntitySchema> All { get; } =
    [
        CertificateSchemas.DeclareCertificates(),
        CaCertificateSchema.Declare(time),
        ConsumerSchema.Declare(),
        ServiceSchema.Declare(),
        UpstreamSchema.Declare(),
        KeySchemas.DeclareKeySets(),
        VaultSchema.Declare(),
        RouteSchema.Declare(),
        TargetSchema.Declare(),
        CertificateSchemas.DeclareSnis(),
        KeySchemas.DeclareKeys(),
        CredentialSchemas.DeclareKeyAuth(),
        CredentialSchemas.DeclareBasicAuth(),
        CredentialSchemas.DeclareAcls(),
        PluginEntitySchema.Declare(),
        ListenerSchema.Declare(),
    ];

    /// <summary>By the kind's name in documents, such as <c>key_sets</c>.</summary>
    public EntitySchema? Find(string kind) => All.FirstOrDefault(schema => schema.Kind == kind);

    /// <summary>By the kind's path segment in the Admin API, such as <c>key-sets</c> or <c>key-auths</c>.</summary>
    public EntitySchema? FindByAdminName(string name) => All.FirstOrDefault(schema => schema.AdminName == name);

    /// <summary>
    /// The fields of an entity with its shorthands, and those of its config when it is a plugin; null when kind or plugin is not
    /// known here.
    /// </summary>
    public IReadOnlyList<Field>? FieldsOf(string kind, JsonObject entity)
    {
        if (kind != EntityKinds.Plugins)
        {
            return Find(kind) is { } schema ? schema.ShorthandFields.Count == 0 ? schema.Fields : [.. schema.Fields, .. schema.ShorthandFields] : null;
        }

        return entity["name"] is JsonValue value && value.TryGetValue(out string? name) && Plugins.Find(name) is { } plugin
            ? [.. Find(kind)!.Fields.Select(field => field.Name == "config" ? field with { Fields = plugin.Config } : field)]
            : null;
    }

    /// <summary>
    /// The kind of the children called <paramref name="name"/> under a parent of kind <paramref name="parentKind"/>, and the
    /// child's foreign field, such as <c>key-auth</c> under <c>consumers</c>.
    /// </summary>
    public (EntitySchema Schema, Field Foreign)? FindNested(string parentKind, string name)
    {
        foreach (var schema in All)
        {
            if ((schema.AdminNestedName ?? schema.AdminName) == name
                && schema.Fields.FirstOrDefault(field => field.Type == FieldType.Foreign && field.Reference == parentKind) is { } foreign)
            {
                return (schema, foreign);
            }
        }

        return null;
    }
}
