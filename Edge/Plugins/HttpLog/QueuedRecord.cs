using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

/// <param name="Plugin">The plugin entity that wants it sent.</param>
/// <param name="Bytes">0 where the queue does not count bytes.</param>
internal readonly record struct QueuedRecord(ILogRecord Record, Guid Plugin, int Bytes);
