using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Config;
using Mesh.Silo.Admin.Entities;
using Mesh.Silo.Admin.Fleet;
using Mesh.Silo.Admin.Node;
using Mesh.Silo.Admin.Schemas;

namespace Mesh.Silo.Admin;

/// <summary>
/// Finds the resource of a path: the fixed ones, then those that every entity kind has by its declaration (Kong 3.9,
/// <c>api/endpoints.lua</c>).
/// </summary>
internal sealed class AdminRouter(EntitySchemas schemas)
{
    /// <summary>The workspace that bare paths mean.</summary>
    public const string DefaultWorkspace = "default";

    /// <returns>The workspace and the resource; null when there is nothing at this path.</returns>
    public (string Workspace, AdminResource Resource)? Find(string[] path)
    {
        if (Resource(path) is { } resource)
        {
            return (DefaultWorkspace, resource);
        }

        // Other workspaces get their paths once they can be made.
        return path is [DefaultWorkspace, .. var rest] && rest.Length > 0 && Resource(rest) is { } inside ? (DefaultWorkspace, inside) : null;
    }

    private AdminResource? Resource(string[] path) => path switch
    {
        [] => RootEndpoint.Resource,
        ["status"] => StatusEndpoint.Resource,
        ["config"] => ConfigEndpoints.Resource,
        ["gateways"] => GatewaysEndpoint.Resource,
        ["edges"] => EdgeEndpoints.All,
        ["edges", var id] => EdgeEndpoints.One(id),
        ["listeners"] => ListenerEndpoints.All,
        ["listeners", var name] => ListenerEndpoints.One(name),
        ["metrics", "summary"] => SummaryEndpoint.Resource,
        ["routes", var key, "traffic"] => TrafficEndpoints.Route(key),
        ["services", var key, "traffic"] => TrafficEndpoints.Service(key),
        ["upstreams", var key, "traffic"] => TrafficEndpoints.Upstream(key),
        ["schemas", .. var rest] => SchemaEndpoints.Find(rest, schemas),
        [var kind] => Kind(kind) is { } schema ? EntityEndpoints.Collection(schema, parent: null) : null,
        [var kind, var key] => Kind(kind) is { } schema ? EntityEndpoints.One(schema, key) : null,
        [var kind, var key, var below] => Below(kind, key, below),
        [var kind, var key, var below, var child] => Child(kind, key, below, child),
        _ => null,
    };

    private AdminResource? Below(string kind, string key, string below)
    {
        if (schemas.FindByAdminName(kind) is not { } schema)
        {
            return null;
        }

        if (schemas.FindNested(schema.Kind, below) is var (child, foreign))
        {
            return EntityEndpoints.Collection(child, new(foreign.Name, schema.Kind, key));
        }

        return EntityPaths.HasParentPath(schema, below) && schema.Find(below) is { Type: FieldType.Foreign } field
            ? EntityEndpoints.ParentOf(schema, key, field)
            : null;
    }

    private AdminResource? Child(string kind, string key, string below, string childKey) =>
        schemas.FindByAdminName(kind) is { } schema && schemas.FindNested(schema.Kind, below) is var (child, foreign)
            ? EntityEndpoints.Nested(child, childKey, new(foreign.Name, schema.Kind, key))
            : null;

    private EntitySchema? Kind(string name) =>
        schemas.FindByAdminName(name) is { } schema && EntityPaths.HasTopLevelPath(schema) ? schema : null;
}
