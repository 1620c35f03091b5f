using System.Text.Json;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Node;

/// <summary><c>/</c>: what this node is. decK and Kong Manager read it first.</summary>
internal static class RootEndpoint
{
    /// <summary>The Kong release whose Admin API this is; clients choose their behaviour by it.</summary>
    public const string KongVersion = "3.9.1";

    public static AdminResource Resource { get; } = new() { Get = Read };

    private static async Task<AdminAnswer> Read(AdminContext context)
    {
        AdminServices services = context.Services;
        (long revision, IReadOnlyCollection<string> enabled) = await EnabledPlugins.Read(context);
        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteString("tagline", "Welcome to mesh");
            json.WriteString("version", KongVersion);
            json.WriteString("edition", "community");
            json.WriteString("mesh_version", services.Node.Version);
            json.WriteString("runtime", System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
            json.WriteString("hostname", services.Node.HostName);
            json.WriteString("node_id", services.Node.Id);
            json.WriteString("lua_version", "");
            WritePlugins(json, context.Schemas.Plugins, enabled);
            json.WritePropertyName("configuration");
            WriteConfiguration(json, services.Settings);
            json.WriteStartObject("timers");
            json.WriteNumber("running", 0);
            json.WriteNumber("pending", Timer.ActiveCount);
            json.WriteEndObject();
            json.WriteStartObject("pids");
            json.WriteNumber("master", Environment.ProcessId);
            json.WriteEndObject();
        });
        return answer with { Revision = revision };
    }

    private static void WritePlugins(Utf8JsonWriter json, IPluginSchemas plugins, IReadOnlyCollection<string> enabled)
    {
        json.WriteStartObject("plugins");
        json.WriteStartObject("available_on_server");
        foreach (PluginSchema plugin in plugins.All)
        {
            json.WriteStartObject(plugin.Name);
            json.WriteString("version", plugin.Version);
            json.WriteNumber("priority", plugin.Priority);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("enabled_in_cluster");
        foreach (string name in enabled)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Only what clients read, and nothing secret.</summary>
    private static void WriteConfiguration(Utf8JsonWriter json, MeshSettings settings)
    {
        EdgeSettings? edge = settings.Role == Role.All ? settings.Edge : null;
        json.WriteStartObject();
        json.WriteString("role", "traditional");
        json.WriteString("database", "postgres");
        json.WriteString("router_flavor", "traditional_compatible");
        json.WriteString("region", settings.Edge.Region);
        json.WriteString("zone", settings.Edge.Zone);
        ListenersJson.Write(json, "admin", settings.Admin.Listen);
        ListenersJson.Write(json, "proxy", edge?.ProxyListen ?? ListenersJson.Off);
        ListenersJson.Write(json, "status", edge?.StatusListen ?? ListenersJson.Off);
        ListenersJson.Write(json, "stream", edge?.StreamListen ?? ListenersJson.Off);
        ListenersJson.Write(json, "admin_gui", ListenersJson.Off);
        json.WriteEndObject();
    }
}
