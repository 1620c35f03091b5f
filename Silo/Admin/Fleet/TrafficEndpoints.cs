using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary>What routes, services and upstreams see, over all edges, in the last minute and hour.</summary>
internal static class TrafficEndpoints
{
    public static AdminResource Route(string key) => Of(EntityKinds.Routes, key, async (context, id) =>
    {
        TrafficReading reading = await context.Grains.GetGrain<IRouteGrain>($"{context.WorkspaceName}/{id}").Traffic();
        return One(id, reading);
    });

    public static AdminResource Service(string key) => Of(EntityKinds.Services, key, async (context, id) =>
    {
        string shard = TrafficShards.GrainKey(context.WorkspaceName, TrafficShards.Of(id));
        return One(id, await context.Grains.GetGrain<ITrafficGrain>(shard).Read(TrafficSubject.Service, id, null));
    });

    public static AdminResource Upstream(string key) => Of(EntityKinds.Upstreams, key, async (context, id) =>
    {
        TrafficReading[] targets = await context.Grains.GetGrain<IUpstreamGrain>($"{context.WorkspaceName}/{id}").Traffic();
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteString("id", id);
            json.WriteStartArray("targets");
            foreach (TrafficReading target in targets)
            {
                json.WriteStartObject();
                json.WriteString("target", target.Address);
                TrafficJson.Write(json, target);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    });

    private static AdminResource Of(string kind, string key, Func<AdminContext, Guid, Task<AdminAnswer>> read) => new()
    {
        Get = async context =>
        {
            EntityReading entity = await context.Workspace.Read(kind, key, parent: null);
            AdminAnswer answer = entity.Document is null ? AdminAnswer.NotFound : await read(context, entity.Id);
            return answer with { Revision = entity.Revision };
        },
    };

    private static AdminAnswer One(Guid id, TrafficReading reading) => AdminAnswer.Object(StatusCodes.Status200OK, json =>
    {
        json.WriteString("id", id);
        TrafficJson.Write(json, reading);
    });
}
