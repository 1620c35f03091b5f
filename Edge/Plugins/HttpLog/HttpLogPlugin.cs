using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>Sends each request and stream, alone or in batches, to an HTTP server.</summary>
internal sealed class HttpLogPlugin(LogQueues queues) : ILogPlugin
{
    public PluginSchema Schema => HttpLogSettings.Schema;

    public LogStep BuildLog(PluginInstance instance)
    {
        Action<ILogRecord> write = Writer(instance);
        return exchange => write(RequestLog.Of(exchange));
    }

    public StreamLogStep BuildStreamLog(PluginInstance instance)
    {
        Action<ILogRecord> write = Writer(instance);
        return exchange => write(StreamLog.Of(exchange));
    }

    private Action<ILogRecord> Writer(PluginInstance instance)
    {
        LogQueue queue = queues.Get(HttpLogTarget.Of(instance.Read<HttpLogSettings>()));
        Guid plugin = instance.Entity.Id;
        return record => queue.Write(record, plugin);
    }
}
