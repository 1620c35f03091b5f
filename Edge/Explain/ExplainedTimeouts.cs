namespace Mesh.Edge.Explain;

/// <summary>Milliseconds.</summary>
/// <param name="Write">Between two writes to the upstream.</param>
/// <param name="Read">Between two reads from it.</param>
internal sealed record ExplainedTimeouts(double Connect, double Write, double Read);
