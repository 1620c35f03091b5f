using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;
using Orleans;

namespace Mesh.Edge.Sync;

/// <summary>The control plane as grains: reached in this process, or through an Orleans client.</summary>
internal sealed class OrleansControlPlane(IGrainFactory grains) : IControlPlane
{
    /// <summary>Batches of one report under way at once.</summary>
    private const int BatchesAtOnce = 4;

    public Task<ConfigDelta> Next(string workspace, long afterRevision, CancellationToken cancel) =>
        grains.GetGrain<IConfigRelayGrain>(workspace).Next(afterRevision).WaitAsync(cancel);

    public Task<SnapshotPage?> Snapshot(string workspace, long? revision, int page, CancellationToken cancel) =>
        grains.GetGrain<IConfigRelayGrain>(workspace).Snapshot(revision, page).WaitAsync(cancel);

    public async Task Report(EdgeReport report, CancellationToken cancel)
    {
        // The state first: someone may be waiting for the revision. A repeated report is dropped by each receiver for itself,
        // so that a part that failed can be sent again with the whole.
        await grains.GetGrain<IEdgeGrain>(report.Edge.Id).Report(report with { Traffic = [] }).WaitAsync(cancel);
        foreach (TrafficBatch[] some in report.Traffic.Chunk(BatchesAtOnce))
        {
            await Task.WhenAll(some.Select(batch => Add(report, batch))).WaitAsync(cancel);
        }
    }

    private Task Add(EdgeReport report, TrafficBatch batch) =>
        grains.GetGrain<ITrafficGrain>(TrafficShards.GrainKey(report.Workspace, batch.Shard))
            .Add(report.Edge.Id, report.Edge.Session, report.Sequence, batch);
}
