namespace Mesh.Edge.Plugins.HttpLog;

/// <param name="Record">One JSON object in UTF-8.</param>
/// <param name="Plugin">The plugin entity that wants it sent.</param>
/// <param name="Bytes">0 where the queue does not count bytes.</param>
internal readonly record struct QueuedRecord(byte[] Record, Guid Plugin, int Bytes);
