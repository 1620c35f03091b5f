using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary><c>/edges</c> and <c>/edges/{id}</c>.</summary>
internal static class EdgeEndpoints
{
    public static AdminResource All { get; } = new() { Get = List };

    public static AdminResource One(string id) => new() { Get = context => Read(context, id) };

    private static async Task<AdminAnswer> List(AdminContext context)
    {
        EdgePresence[] edges = await context.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory).Edges();
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (EdgePresence edge in edges)
            {
                json.WriteStartObject();
                WriteIdentity(json, edge.Edge);
                WritePresence(json, edge.Workspace, edge.AppliedRevision, edge.SeenAt, edge.Live);
                json.WriteNumber("problems", edge.Problems);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("next");
        });
    }

    private static async Task<AdminAnswer> Read(AdminContext context, string id)
    {
        if (!Guid.TryParse(id, out Guid edge) || await context.Grains.GetGrain<IEdgeGrain>(edge).Read() is not { } reading)
        {
            return AdminAnswer.NotFound;
        }

        EdgeReport report = reading.Report;
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            WriteIdentity(json, report.Edge);
            WritePresence(json, report.Workspace, report.AppliedRevision, reading.SeenAt, reading.Live);
            WriteProblems(json, report.Problems);
            json.WriteStartArray("listeners");
            foreach (ListenerReport listener in report.Listeners)
            {
                json.WriteStartObject();
                ListenerEndpoints.WriteState(json, listener);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("resources");
            json.WriteNumber("working_set_bytes", report.Resources.WorkingSetBytes);
            json.WriteNumber("managed_heap_bytes", report.Resources.ManagedHeapBytes);
            json.WriteNumber("cpu_seconds", report.Resources.CpuSeconds);
            json.WriteNumber("open_connections", report.Resources.OpenConnections);
            json.WriteNumber("requests_in_flight", report.Resources.RequestsInFlight);
            json.WriteEndObject();
        });
    }

    private static void WriteIdentity(Utf8JsonWriter json, EdgeIdentity edge)
    {
        json.WriteString("id", edge.Id);
        json.WriteString("session", edge.Session);
        json.WriteString("hostname", edge.Host);
        json.WriteString("version", edge.Version);
        json.WriteString("runtime", edge.Runtime);
        json.WriteString("region", edge.Region);
        json.WriteString("zone", edge.Zone);
        json.WriteNumber("started_at", edge.StartedAt.ToUnixTimeSeconds());
    }

    private static void WritePresence(Utf8JsonWriter json, string workspace, long revision, DateTimeOffset seenAt, bool live)
    {
        json.WriteString("workspace", workspace);
        json.WriteNumber("applied_revision", revision);
        json.WriteNumber("seen_at", seenAt.ToUnixTimeMilliseconds() / 1000.0);
        json.WriteBoolean("live", live);
    }

    private static void WriteProblems(Utf8JsonWriter json, ApplyProblem[] problems)
    {
        json.WriteStartArray("problems");
        foreach (ApplyProblem problem in problems)
        {
            json.WriteStartObject();
            json.WriteNumber("revision", problem.Revision);
            json.WriteString("kind", problem.Kind);
            json.WriteString("id", problem.Id);
            json.WriteString("reason", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
