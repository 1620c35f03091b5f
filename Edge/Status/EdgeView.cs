using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Hosting;
using Mesh.Edge.Sync;

namespace Mesh.Edge.Status;

/// <summary>What the status listener tells of an edge at one moment.</summary>
internal sealed record EdgeView(
    EdgePhase Phase,
    EdgeIdentity Identity,
    string Workspace,
    EdgeSnapshot Snapshot,
    SyncStatus Sync,
    long WrittenRevision,
    string? WriteFailure,
    ListenerReport[] Listeners,
    EdgeResources Resources,
    long TotalRequests,
    ApplyProblem[] Problems,
    long LostReportIntervals);
