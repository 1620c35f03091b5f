using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Audit;
using Mesh.Silo.Admin.Batch;
using Mesh.Silo.Admin.Config;
using Mesh.Silo.Admin.Entities;
using Mesh.Silo.Admin.Explain;
using Mesh.Silo.Admin.Firewall;
using Mesh.Silo.Admin.Fleet;
using Mesh.Silo.Admin.History;
using Mesh.Silo.Admin.Logging;
using Mesh.Silo.Admin.Node;
using Mesh.Silo.Admin.OpenApi;
using Mesh.Silo.Admin.Schemas;
using Mesh.Silo.Admin.Search;
using Mesh.Silo.Admin.Tags;
using Mesh.Silo.Admin.Upstreams;

namespace Mesh.Silo.Admin;

/// <summary>
/// Every path of the Admin API with who may use it; the first that fits counts: the fixed ones, then those that each entity kind has by its
/// declaration (Kong 3.9, <c>api/endpoints.lua</c>).
/// </summary>
internal static class AdminRoutes
{
    public static IReadOnlyList<AdminRoute> All(EntitySchemas schemas) => [.. Fixed(schemas), .. schemas.All.SelectMany(schema => OfKind(schema, schemas))];

    private static IEnumerable<AdminRoute> Fixed(EntitySchemas schemas) =>
    [
        new("/", AccessRule.Node, RootEndpoint.Resource),
        new("/status", AccessRule.Node, StatusEndpoint.Resource),
        new("/endpoints", AccessRule.Description, EndpointsEndpoint.Resource),
        new("/openapi.json", AccessRule.Description, OpenApiEndpoint.Resource),
        new("/docs", AccessRule.Description, ReferencePage.Resource),
        new("/docs/{asset}", AccessRule.Description, key => ReferencePage.Asset(key[0])),
        new("/timers", AccessRule.Node, TimersEndpoint.Resource),
        new("/kconfig.js", AccessRule.Description, KongManagerEndpoint.Resource),
        new("/cache", AccessRule.Node, CacheEndpoints.All),
        new("/cache/{key}", AccessRule.Node, CacheEndpoints.One),
        new("/debug/node/log-level", AccessRule.Node, LogLevelEndpoints.Current),
        new("/debug/node/log-level/{level}", AccessRule.Node, key => LogLevelEndpoints.One(key[0])),
        new("/tags", AccessRule.Workspace, TagEndpoints.All),
        new("/tags/{tag}", AccessRule.Workspace, key => TagEndpoints.One(key[0])),
        new("/plugins/enabled", AccessRule.Description, PluginEndpoints.Enabled),
        new("/plugins/schema/{plugin}", AccessRule.Description, key => PluginEndpoints.Schema(key[0])),
        new("/upstreams/{upstream}/health", AccessRule.Workspace, key => UpstreamHealthEndpoint.One(key[0])),
        new("/upstreams/{upstream}/targets/all", AccessRule.Entities, key => EntityEndpoints.Listing(schemas.Find(EntityKinds.Targets)!, new("upstream", EntityKinds.Upstreams, key[0]))),
        new("/upstreams/{upstream}/targets/{target}/healthy", AccessRule.Workspace, key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/upstreams/{upstream}/targets/{target}/unhealthy", AccessRule.Workspace, key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/upstreams/{upstream}/targets/{target}/{address}/healthy", AccessRule.Workspace, key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/upstreams/{upstream}/targets/{target}/{address}/unhealthy", AccessRule.Workspace, key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/config", AccessRule.Workspace, ConfigEndpoints.Resource),
        new("/batch", AccessRule.Entities, BatchEndpoint.Resource),
        new("/commits", AccessRule.Workspace, CommitEndpoints.All),
        new("/commits/{commit}", AccessRule.Workspace, key => CommitEndpoints.One(key[0])),
        new("/commits/{commit}/revert", AccessRule.Workspace, key => RevertEndpoint.Of(key[0])),
        new("/explain", AccessRule.Question, ExplainEndpoint.Resource),
        new("/search", AccessRule.Workspace, SearchEndpoint.Resource),
        new("/access/self", AccessRule.Self, SelfEndpoint.Resource),
        new("/access/tokens", AccessRule.Access, TokenEndpoints.All),
        new("/access/tokens/{token}", AccessRule.Access, key => TokenEndpoints.One(key[0])),
        new("/audit", AccessRule.Access, AuditEndpoint.Resource),
        new("/gateways", AccessRule.Edges, GatewaysEndpoint.Resource),
        new("/edges", AccessRule.Node, EdgeEndpoints.All),
        new("/edges/listeners", AccessRule.Node, ListenerEndpoints.All),
        new("/edges/{edge}", AccessRule.Node, key => EdgeEndpoints.One(key[0])),
        new("/listeners/{listener}/status", AccessRule.Workspace, key => ListenerEndpoints.Status(key[0])),
        new("/firewall", AccessRule.Workspace, FirewallEndpoint.Resource),
        new("/metrics", AccessRule.Node, MetricsEndpoint.Resource),
        new("/metrics/summary", AccessRule.Node, SummaryEndpoint.Resource),
        new("/routes/{route}/traffic", AccessRule.Workspace, key => TrafficEndpoints.Route(key[0])),
        new("/services/{service}/traffic", AccessRule.Workspace, key => TrafficEndpoints.Service(key[0])),
        new("/upstreams/{upstream}/traffic", AccessRule.Workspace, key => TrafficEndpoints.Upstream(key[0])),
        new("/schemas/plugins/validate", AccessRule.Description, SchemaEndpoints.Validation(schemas.Find(EntityKinds.Plugins)!)),
        new("/schemas/plugins/{plugin}", AccessRule.Description, key => SchemaEndpoints.Plugin(key[0])),
        new("/schemas/vaults/validate", AccessRule.Description, SchemaEndpoints.Validation(schemas.Find(EntityKinds.Vaults)!)),
        new("/schemas/vaults/{vault}", AccessRule.Description, key => SchemaEndpoints.Vault(schemas, key[0])),
        new("/schemas/{kind}", AccessRule.Description, key => SchemaEndpoints.Kind(schemas, key[0])),
        new("/schemas/{kind}/validate", AccessRule.Description, key => SchemaEndpoints.KindValidation(schemas, key[0])),
    ];

    private static IEnumerable<AdminRoute> OfKind(EntitySchema schema, EntitySchemas schemas)
    {
        string all = $"/{schema.AdminName}";
        string one = $"{all}/{{{Name(schema)}}}";
        if (EntityPaths.HasTopLevelPath(schema))
        {
            yield return new(all, AccessRule.Entities, EntityEndpoints.Collection(schema, parent: null));
            yield return new(one, AccessRule.Entities, key => EntityEndpoints.One(schema, key[0]));
            yield return new($"{one}/history", AccessRule.Workspace, key => EntityHistoryEndpoint.Of(schema, key[0], parent: null));
        }

        foreach (EntitySchema child in schemas.All)
        {
            string below = child.AdminNestedName ?? child.AdminName;
            if (schemas.FindNested(schema.Kind, below) is not { } nested || nested.Schema != child)
            {
                continue;
            }

            yield return new($"{one}/{below}", AccessRule.Entities, key => EntityEndpoints.Collection(child, new(nested.Foreign.Name, schema.Kind, key[0])));
            yield return new(
                $"{one}/{below}/{{{Name(child)}}}",
                AccessRule.Entities,
                key => EntityEndpoints.Nested(child, key[1], new(nested.Foreign.Name, schema.Kind, key[0])));
            yield return new(
                $"{one}/{below}/{{{Name(child)}}}/history",
                AccessRule.Workspace,
                key => EntityHistoryEndpoint.Of(child, key[1], new(nested.Foreign.Name, schema.Kind, key[0])));
        }

        foreach (Field foreign in schema.Fields.Where(field => field.Type == FieldType.Foreign && EntityPaths.HasParentPath(schema, field.Name)))
        {
            yield return new($"{one}/{foreign.Name}", AccessRule.Entities, key => EntityEndpoints.ParentOf(schema, key[0], foreign));
        }
    }

    /// <summary>What one of the kind is called in a path: <c>key_set</c> of <c>key-sets</c>.</summary>
    private static string Name(EntitySchema schema)
    {
        string name = schema.AdminName.Replace('-', '_');
        return name[..^1];
    }
}
