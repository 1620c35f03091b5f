using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;

namespace Mesh.Abstractions.ControlPlane;

/// <summary>
/// All that an edge needs of the control plane. In the all-in-one process and over an Orleans client it is the grains;
/// other transports fit behind it. Every method may throw when the control plane is away: the caller retries.
/// </summary>
public interface IControlPlane
{
    /// <summary>Commits after <paramref name="afterRevision"/>; waits up to <see cref="Grains.LongPoll.Wait"/> while there is none.</summary>
    Task<ConfigDelta> Next(string workspace, long afterRevision, CancellationToken cancel);

    /// <summary>One page of a snapshot; null when the reading named by <paramref name="revision"/> is gone (start again with null).</summary>
    Task<SnapshotPage?> Snapshot(string workspace, long? revision, int page, CancellationToken cancel);

    /// <summary>Delivers what the edge has seen. A report with a sequence number already taken in is dropped by the receiver.</summary>
    Task Report(EdgeReport report, CancellationToken cancel);
}
