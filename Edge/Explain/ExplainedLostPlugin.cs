namespace Mesh.Edge.Explain;

/// <summary>An instance that does not run for this request.</summary>
internal sealed record ExplainedLostPlugin(Guid Id, string? InstanceName, string Scope, string Reason);
