using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>Sends each request, alone or in batches, to an HTTP server.</summary>
internal sealed class HttpLogPlugin(LogQueues queues) : ILogPlugin
{
    public PluginSchema Schema => HttpLogSettings.Schema;

    public LogStep BuildLog(PluginInstance instance)
    {
        LogQueue queue = queues.Get(HttpLogTarget.Of(instance.Read<HttpLogSettings>()));
        Guid plugin = instance.Entity.Id;
        return exchange => queue.Write(RequestLog.Of(exchange), plugin);
    }
}
