using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Sync;

/// <summary>How an edge stands at the moment of a report.</summary>
internal sealed record ReportedState(long AppliedRevision, ApplyProblem[] Problems, ListenerReport[] Listeners, EdgeResources Resources);
