using Mesh.Edge.Streams;

namespace Mesh.Edge.Plugins;

/// <summary>A step on the way of a stream to its target; completes when the stream is over or refused.</summary>
internal delegate ValueTask StreamStep(StreamExchange exchange);
