namespace Mesh.Edge.Explain;

/// <summary>A plugin none of whose instances runs for this request.</summary>
internal sealed record ExplainedIdlePlugin(string Name, string Reason, IReadOnlyList<ExplainedLostPlugin> Lost);
