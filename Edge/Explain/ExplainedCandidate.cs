using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>A route that does not serve the request.</summary>
/// <param name="Matches">It would serve the request if the winner were not there.</param>
/// <param name="Reason">Why it lost: the first thing that decides.</param>
/// <param name="AlsoFails">How many further conditions do not hold.</param>
internal sealed record ExplainedCandidate(Guid Id, string? Name, bool Matches, string Reason, int AlsoFails, PriorityFields? Priority);
