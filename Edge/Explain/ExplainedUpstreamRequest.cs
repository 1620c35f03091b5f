namespace Mesh.Edge.Explain;

/// <summary>The request as it would go to the next target, before any plugin has changed it.</summary>
/// <param name="Url">With the target in the place of the host.</param>
/// <param name="MayBeChangedBy">Plugins of the chain: they see the request first.</param>
internal sealed record ExplainedUpstreamRequest(
    string Method, string Url, string HttpVersion, bool WebSocket, IReadOnlyList<ExplainedHeader> Headers, IReadOnlyList<ExplainedRemoval> Removed,
    ExplainedUpstreamTls? Tls, IReadOnlyList<string> MayBeChangedBy);
