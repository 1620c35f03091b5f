using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>Appends each request to a file, one JSON object a line.</summary>
internal sealed class FileLogPlugin(LogFiles files) : ILogPlugin
{
    public PluginSchema Schema => FileLogSettings.Schema;

    public LogStep BuildLog(PluginInstance instance)
    {
        FileLogSettings settings = instance.Read<FileLogSettings>();
        LogFile file = files.Get(settings.Path);
        Guid plugin = instance.Entity.Id;
        return exchange => file.Write(new LogLine(RequestLog.Of(exchange), plugin, settings.Reopen));
    }
}
