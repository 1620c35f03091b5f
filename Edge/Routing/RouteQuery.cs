using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Routing;

/// <summary>What of a request a route can match on.</summary>
/// <param name="Secure">TLS (directly, or told by a trusted proxy): the protocol is https rather than http.</param>
/// <param name="Host">Effective host without port, as sent (Kong does not lower-case it).</param>
/// <param name="Port">Port in the Host header, else the port that the client connected to (mapped by port_maps).</param>
/// <param name="Path">Normalized path.</param>
/// <param name="Sni">Server name of the TLS handshake without trailing dot; null when there was none.</param>
internal readonly record struct RouteQuery(string Method, bool Secure, string Host, int Port, string Path, IHeaderDictionary Headers, string? Sni)
{
    public RequestEnds Ends { get; init; }
}
