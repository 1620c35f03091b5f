namespace Mesh.Edge.Explain;

/// <summary>An instance that runs. Its settings are not shown: they may hold secrets.</summary>
/// <param name="Scope">Which scope won: <c>consumer+route+service</c> … <c>global</c>.</param>
/// <param name="Problem">Why this edge cannot serve it, so that it answers 500; null when it can.</param>
/// <param name="DependsOnConsumer">Another consumer may meet another instance.</param>
/// <param name="Lost">Other instances of the name, the next in line first.</param>
internal sealed record ExplainedPlugin(
    string Name, Guid Id, string? InstanceName, int? Priority, string Scope, string? Problem, bool DependsOnConsumer, IReadOnlyList<ExplainedLostPlugin> Lost);
