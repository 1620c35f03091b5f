using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>Sends each request and stream, alone or in batches, to an HTTP server.</summary>
internal sealed class HttpLogPlugin(LogQueues queues) : ILogPlugin
{
    public PluginSchema Schema => HttpLogSettings.Schema;

    public LogStep BuildLog(PluginInstance instance)
    {
        (LogQueue queue, Guid plugin) = Output(instance);
        return exchange => queue.Write(RequestLog.Write(exchange).ToArray(), plugin);
    }

    public StreamLogStep BuildStreamLog(PluginInstance instance)
    {
        (LogQueue queue, Guid plugin) = Output(instance);
        return exchange => queue.Write(StreamLog.Write(exchange).ToArray(), plugin);
    }

    private (LogQueue Queue, Guid Plugin) Output(PluginInstance instance) =>
        (queues.Get(HttpLogTarget.Of(instance.Read<HttpLogSettings>())), instance.Entity.Id);
}
