namespace Mesh.Edge.Forwarding.Http1;

/// <summary>What came of sending a request on one connection.</summary>
/// <param name="Failure">Null when the exchange is over.</param>
/// <param name="NoWord">The connection ended without a byte of a response.</param>
internal readonly record struct TryEnd(UpstreamFailure? Failure, bool NoWord = false);
