namespace Mesh.Edge.Explain;

/// <summary>A header of the client that does not reach the upstream.</summary>
internal sealed record ExplainedRemoval(string Name, string Reason);
