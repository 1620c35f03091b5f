namespace Mesh.Edge.Explain;

/// <summary>The request as Mesh reads it.</summary>
/// <param name="Host">Effective host without port; null when it was not read.</param>
/// <param name="Port">Port that routes are matched by.</param>
/// <param name="Path">Normalized; null when there is no normal form.</param>
/// <param name="Query">With its <c>?</c>, or empty.</param>
/// <param name="ClientAddress">The client itself: named by a trusted peer's headers, or the peer.</param>
/// <param name="PeerTrusted">The peer is in trusted_ips: its forwarding headers stand.</param>
/// <param name="Consumer">Id of the consumer that was assumed.</param>
internal sealed record ExplainedRequest(
    string Method, string Scheme, string? Host, int Port, string? Path, string Query, string HttpVersion, string ClientAddress, bool PeerTrusted, string? Sni, Guid? Consumer);
