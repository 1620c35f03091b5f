namespace Mesh.Edge.Explain;

/// <summary>Where the request is sent.</summary>
/// <param name="Upstream">Id of the upstream entity; null when the service names a plain host.</param>
/// <param name="Algorithm">As configured; null for a plain host.</param>
/// <param name="Next">
/// Address of the target whose turn it is on this edge, without taking the turn; null when there is none, or when each edge
/// has a rotation of its own and this is none.
/// </param>
internal sealed record ExplainedBalancing(Guid? Upstream, string? UpstreamName, string? Algorithm, string? Next, IReadOnlyList<ExplainedTarget> Targets);
