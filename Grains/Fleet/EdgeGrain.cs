using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Fleet;

/// <summary>Knows its edge's last report and tells the region's fleet and the listeners what concerns them.</summary>
internal sealed class EdgeGrain(IGrainFactory grains, TimeProvider time) : Grain, IEdgeGrain
{
    private EdgeReport? last;
    private DateTimeOffset seenAt;
    private Dictionary<string, ListenerReport[]> listeners = [];

    public async Task Report(EdgeReport report)
    {
        if (last is not null && last.Edge.Session == report.Edge.Session && report.Sequence <= last.Sequence)
        {
            return;
        }

        // Traffic went to the traffic grains; keeping it here would hold every batch until the next report.
        last = report with { Traffic = [] };
        seenAt = time.GetUtcNow();
        var presence = new EdgePresence(report.Edge, report.Workspace, report.AppliedRevision, report.Problems.Length, seenAt, Live: true);

        // Who waits for the fleet then reads from the listeners what this revision made of them.
        await TellListeners(report);
        await grains.GetGrain<IFleetGrain>(report.Edge.Region).Observe(presence);
    }

    public Task<EdgeReading?> Read() =>
        Task.FromResult(last is null ? null : new EdgeReading(last, seenAt, time.GetUtcNow() - seenAt < EdgeLiveness.Timeout));

    private async Task TellListeners(EdgeReport report)
    {
        Dictionary<string, ListenerReport[]> now = report.Listeners
            .GroupBy(listener => listener.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        List<Task> told = [];
        foreach ((string name, ListenerReport[] states) in now)
        {
            told.Add(Listener(report.Workspace, name).Observe(report.Edge.Id, states));
        }

        foreach (string gone in listeners.Keys.Except(now.Keys, StringComparer.Ordinal))
        {
            told.Add(Listener(report.Workspace, gone).Observe(report.Edge.Id, []));
        }

        await Task.WhenAll(told);
        listeners = now;
    }

    private IListenerGrain Listener(string workspace, string name) => grains.GetGrain<IListenerGrain>($"{workspace}/{name}");
}
