namespace Mesh.Edge.Guard;

/// <summary>What a request is addressed to, read once and unambiguous.</summary>
/// <param name="Host">Effective host without port, as sent; empty when an HTTP/1.0 client sent none.</param>
/// <param name="Port">Port in the Host header, else the one that the client connected to.</param>
/// <param name="RawPath">Path as sent, neither decoded nor normalized; starts with <c>/</c>.</param>
/// <param name="Query">With its <c>?</c>; empty when there is none.</param>
internal readonly record struct GuardedTarget(string Host, int Port, string RawPath, string Query);
