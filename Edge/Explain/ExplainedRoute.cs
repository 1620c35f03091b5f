using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>The route that wins.</summary>
/// <param name="Matched">What it asks for and what the request has.</param>
/// <param name="Priority">The first field that is greater than another route's decides.</param>
/// <param name="StrippedPrefix">What strip_path takes off the path; null when it takes nothing.</param>
/// <param name="Captures">Named groups of a regex path.</param>
internal sealed record ExplainedRoute(
    Guid Id, string? Name, IReadOnlyList<string> Protocols, IReadOnlyList<ExplainedCondition> Matched, PriorityFields Priority,
    string? StrippedPrefix, IReadOnlyDictionary<string, string>? Captures);
