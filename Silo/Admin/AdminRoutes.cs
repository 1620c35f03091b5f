using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Batch;
using Mesh.Silo.Admin.Config;
using Mesh.Silo.Admin.Entities;
using Mesh.Silo.Admin.Explain;
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
/// Every path of the Admin API, the first that fits counts: the fixed ones, then those that each entity kind has by its
/// declaration (Kong 3.9, <c>api/endpoints.lua</c>).
/// </summary>
internal static class AdminRoutes
{
    public static IReadOnlyList<AdminRoute> All(EntitySchemas schemas) => [.. Fixed(schemas), .. schemas.All.SelectMany(schema => OfKind(schema, schemas))];

    private static IEnumerable<AdminRoute> Fixed(EntitySchemas schemas) =>
    [
        new("/", RootEndpoint.Resource),
        new("/status", StatusEndpoint.Resource),
        new("/endpoints", EndpointsEndpoint.Resource),
        new("/openapi.json", OpenApiEndpoint.Resource),
        new("/docs", ReferencePage.Resource),
        new("/docs/{asset}", key => ReferencePage.Asset(key[0])),
        new("/timers", TimersEndpoint.Resource),
        new("/kconfig.js", KongManagerEndpoint.Resource),
        new("/cache", CacheEndpoints.All),
        new("/cache/{key}", CacheEndpoints.One),
        new("/debug/node/log-level", LogLevelEndpoints.Current),
        new("/debug/node/log-level/{level}", key => LogLevelEndpoints.One(key[0])),
        new("/tags", TagEndpoints.All),
        new("/tags/{tag}", key => TagEndpoints.One(key[0])),
        new("/plugins/enabled", PluginEndpoints.Enabled),
        new("/plugins/schema/{plugin}", key => PluginEndpoints.Schema(key[0])),
        new("/upstreams/{upstream}/health", key => UpstreamHealthEndpoint.One(key[0])),
        new("/upstreams/{upstream}/targets/all", key => EntityEndpoints.Listing(schemas.Find(EntityKinds.Targets)!, new("upstream", EntityKinds.Upstreams, key[0]))),
        new("/upstreams/{upstream}/targets/{target}/healthy", key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/upstreams/{upstream}/targets/{target}/unhealthy", key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/upstreams/{upstream}/targets/{target}/{address}/healthy", key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/upstreams/{upstream}/targets/{target}/{address}/unhealthy", key => TargetHealthEndpoint.One(key[0], key[1])),
        new("/config", ConfigEndpoints.Resource),
        new("/batch", BatchEndpoint.Resource),
        new("/commits", CommitEndpoints.All),
        new("/commits/{commit}", key => CommitEndpoints.One(key[0])),
        new("/commits/{commit}/revert", key => RevertEndpoint.Of(key[0])),
        new("/explain", ExplainEndpoint.Resource),
        new("/search", SearchEndpoint.Resource),
        new("/gateways", GatewaysEndpoint.Resource),
        new("/edges", EdgeEndpoints.All),
        new("/edges/listeners", ListenerEndpoints.All),
        new("/edges/{edge}", key => EdgeEndpoints.One(key[0])),
        new("/listeners/{listener}/status", key => ListenerEndpoints.Status(key[0])),
        new("/metrics", MetricsEndpoint.Resource),
        new("/metrics/summary", SummaryEndpoint.Resource),
        new("/routes/{route}/traffic", key => TrafficEndpoints.Route(key[0])),
        new("/services/{service}/traffic", key => TrafficEndpoints.Service(key[0])),
        new("/upstreams/{upstream}/traffic", key => TrafficEndpoints.Upstream(key[0])),
        new("/schemas/plugins/validate", SchemaEndpoints.Validation(schemas.Find(EntityKinds.Plugins)!)),
        new("/schemas/plugins/{plugin}", key => SchemaEndpoints.Plugin(key[0])),
        new("/schemas/vaults/validate", SchemaEndpoints.Validation(schemas.Find(EntityKinds.Vaults)!)),
        new("/schemas/vaults/{vault}", key => SchemaEndpoints.Vault(schemas, key[0])),
        new("/schemas/{kind}", key => SchemaEndpoints.Kind(schemas, key[0])),
        new("/schemas/{kind}/validate", key => SchemaEndpoints.KindValidation(schemas, key[0])),
    ];

    private static IEnumerable<AdminRoute> OfKind(EntitySchema schema, EntitySchemas schemas)
    {
        string all = $"/{schema.AdminName}";
        string one = $"{all}/{{{Name(schema)}}}";
        if (EntityPaths.HasTopLevelPath(schema))
        {
            yield return new(all, EntityEndpoints.Collection(schema, parent: null));
            yield return new(one, key => EntityEndpoints.One(schema, key[0]));
            yield return new($"{one}/history", key => EntityHistoryEndpoint.Of(schema, key[0], parent: null));
        }

        foreach (EntitySchema child in schemas.All)
        {
            string below = child.AdminNestedName ?? child.AdminName;
            if (schemas.FindNested(schema.Kind, below) is not { } nested || nested.Schema != child)
            {
                continue;
            }

            yield return new($"{one}/{below}", key => EntityEndpoints.Collection(child, new(nested.Foreign.Name, schema.Kind, key[0])));
            yield return new(
                $"{one}/{below}/{{{Name(child)}}}",
                key => EntityEndpoints.Nested(child, key[1], new(nested.Foreign.Name, schema.Kind, key[0])));
            yield return new(
                $"{one}/{below}/{{{Name(child)}}}/history",
                key => EntityHistoryEndpoint.Of(child, key[1], new(nested.Foreign.Name, schema.Kind, key[0])));
        }

        foreach (Field foreign in schema.Fields.Where(field => field.Type == FieldType.Foreign && EntityPaths.HasParentPath(schema, field.Name)))
        {
            yield return new($"{one}/{foreign.Name}", key => EntityEndpoints.ParentOf(schema, key[0], foreign));
        }
    }

    /// <summary>What one of the kind is called in a path: <c>key_set</c> of <c>key-sets</c>.</summary>
    private static string Name(EntitySchema schema)
    {
        string name = schema.AdminName.Replace('-', '_');
        return name[..^1];
    }
}
