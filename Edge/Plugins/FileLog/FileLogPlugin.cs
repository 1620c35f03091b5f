using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>Appends each request and stream to a file, one JSON object a line.</summary>
internal sealed class FileLogPlugin(LogFiles files) : ILogPlugin
{
    public PluginSchema Schema => FileLogSettings.Schema;

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
        FileLogSettings settings = instance.Read<FileLogSettings>();
        LogFile file = files.Get(settings.Path);
        Guid plugin = instance.Entity.Id;
        return record => file.Write(new LogLine(record, plugin, settings.Reopen));
    }
}
