using System.Diagnostics;

namespace Mesh.Silo.Admin.Node;

/// <summary><c>/status</c>: whether the configuration can be reached, and what this process uses. The counts of connections are the Admin API's own.</summary>
internal static class StatusEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = Read };

    private static async Task<AdminAnswer> Read(AdminContext context)
    {
        if (ByteUnit.Read(context.Query("unit"), context.Query("scale"), out string? wrong) is not { } unit)
        {
            return AdminAnswer.Message(StatusCodes.Status400BadRequest, wrong!);
        }

        long revision = await context.Workspace.Head();
        using Process process = Process.GetCurrentProcess();
        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject("database");
            json.WriteBoolean("reachable", context.Services.IsStoreReachable());
            json.WriteEndObject();
            json.WriteStartObject("server");
            json.WriteNumber("connections_active", context.Services.Connections.Open);
            json.WriteNumber("connections_accepted", context.Services.Connections.Accepted);
            json.WriteNumber("connections_handled", context.Services.Connections.Accepted);
            json.WriteNumber("connections_reading", 0);
            json.WriteNumber("connections_writing", context.Services.Connections.Requests);
            json.WriteNumber("connections_waiting", 0);
            json.WriteNumber("total_requests", context.Services.Connections.TotalRequests);
            json.WriteEndObject();
            json.WriteStartObject("memory");
            json.WriteNumber("working_set_bytes", process.WorkingSet64);
            json.WriteNumber("managed_heap_bytes", GC.GetTotalMemory(forceFullCollection: false));

            // Where Kong tells of its shared dictionaries and of the heap of each worker.
            json.WriteStartObject("lua_shared_dicts");
            json.WriteEndObject();
            json.WriteStartArray("workers_lua_vms");
            json.WriteStartObject();
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteString("http_allocated_gc", unit.Text(GC.GetTotalMemory(forceFullCollection: false)));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteNumber("revision", revision);
            json.WriteNumber("uptime_seconds", Math.Floor((context.Services.Time.GetUtcNow() - context.Services.Node.StartedAt).TotalSeconds));
        });
        return answer with { Revision = revision };
    }
}
