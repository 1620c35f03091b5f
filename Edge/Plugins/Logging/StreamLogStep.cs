using Mesh.Edge.Streams;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>What a log plugin does with a stream that has ended. It does not wait for anything and does not throw.</summary>
internal delegate void StreamLogStep(StreamExchange exchange);
