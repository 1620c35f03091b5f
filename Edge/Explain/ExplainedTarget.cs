namespace Mesh.Edge.Explain;

/// <param name="Id">Null for the host of a service.</param>
/// <param name="Share">Part of the turns, 0 to 1.</param>
/// <param name="Reason">Why it gets none; null when it does.</param>
internal sealed record ExplainedTarget(Guid? Id, string Target, int Weight, bool Eligible, double Share, string? Reason);
