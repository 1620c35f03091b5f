using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>Appends each request and stream to a file, one JSON object a line.</summary>
internal sealed class FileLogPlugin(LogFiles files) : ILogPlugin
{
    public PluginSchema Schema => FileLogSettings.Schema;

    public LogStep BuildLog(PluginInstance instance)
    {
        (LogFile file, Guid plugin, bool reopen) = Output(instance);
        return exchange => file.Write(RequestLog.Write(exchange), plugin, reopen);
    }

    public StreamLogStep BuildStreamLog(PluginInstance instance)
    {
        (LogFile file, Guid plugin, bool reopen) = Output(instance);
        return exchange => file.Write(StreamLog.Write(exchange), plugin, reopen);
    }

    private (LogFile File, Guid Plugin, bool Reopen) Output(PluginInstance instance)
    {
        FileLogSettings settings = instance.Read<FileLogSettings>();
        return (files.Get(settings.Path), instance.Entity.Id, settings.Reopen);
    }
}
