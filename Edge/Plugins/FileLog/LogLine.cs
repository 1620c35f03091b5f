using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <param name="Plugin">The plugin entity that wants it written.</param>
/// <param name="Reopen">The file is to be opened anew before.</param>
internal readonly record struct LogLine(ILogRecord Record, Guid Plugin, bool Reopen);
