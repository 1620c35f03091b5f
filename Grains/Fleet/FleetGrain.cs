using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;
using Mesh.Grains.Traffic;

namespace Mesh.Grains.Fleet;

/// <summary>
/// The edges of a region, known by their reports. The grain with key <see cref="IFleetGrain.Directory"/> has no edges of its
/// own: regions make themselves known to it and its answers are sums over them.
/// </summary>
internal sealed class FleetGrain(IGrainFactory grains, TimeProvider time) : Grain, IFleetGrain
{
    /// <summary>Longest wait that a caller may ask for.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan AnnouncePeriod = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Guid, EdgePresence> edges = [];
    private readonly HashSet<string> regions = new(StringComparer.Ordinal);
    private TaskCompletionSource news = NewSignal();
    private DateTimeOffset announcedAt;

    private bool IsDirectory => this.GetPrimaryKeyString() == Directory;

    private static string Directory => IFleetGrain.Directory;

    public async Task Observe(EdgePresence presence)
    {
        if (IsDirectory)
        {
            regions.Add(presence.Edge.Region);
            return;
        }

        edges[presence.Edge.Id] = presence;
        TaskCompletionSource told = news;
        news = NewSignal();
        told.SetResult();
        if (time.GetUtcNow() - announcedAt >= AnnouncePeriod)
        {
            await grains.GetGrain<IFleetGrain>(Directory).Observe(presence);
            announcedAt = time.GetUtcNow();
        }
    }

    public Task<string[]> Regions() => Task.FromResult<string[]>([.. regions.Order(StringComparer.Ordinal)]);

    public async Task<EdgePresence[]> Edges()
    {
        if (IsDirectory)
        {
            EdgePresence[][] all = await Task.WhenAll(regions.Select(region => grains.GetGrain<IFleetGrain>(region).Edges()));
            return [.. all.SelectMany(region => region)];
        }

        return [.. Current().OrderBy(edge => edge.Edge.Id)];
    }

    public async Task<TrafficReading> Traffic()
    {
        TrafficReading[] readings = IsDirectory
            ? await Task.WhenAll(regions.Select(region => grains.GetGrain<IFleetGrain>(region).Traffic()))
            : await Task.WhenAll(Current().Select(edge => grains
                .GetGrain<ITrafficGrain>(TrafficShards.GrainKey(edge.Workspace, TrafficShards.Of(edge.Edge.Id)))
                .Read(TrafficSubject.Edge, edge.Edge.Id, null)));
        var minute = new TrafficSum();
        var hour = new TrafficSum();
        foreach (TrafficReading reading in readings)
        {
            minute.Add(reading.Id, reading.Minute);
            hour.Add(reading.Id, reading.Hour);
        }

        return new TrafficReading(
            TrafficSubject.Edge,
            Guid.Empty,
            null,
            TrafficHistory.ToMinute(minute) with { Edges = EdgesIn(readings, reading => reading.Minute) },
            TrafficHistory.ToHour(hour) with { Edges = EdgesIn(readings, reading => reading.Hour) });
    }

    public async Task<EdgePresence[]> WaitApplied(string workspace, long revision, TimeSpan wait)
    {
        if (IsDirectory)
        {
            EdgePresence[][] all = await Task.WhenAll(regions.Select(region => grains.GetGrain<IFleetGrain>(region).WaitApplied(workspace, revision, wait)));
            return [.. all.SelectMany(lagging => lagging)];
        }

        DateTimeOffset end = time.GetUtcNow() + (wait < MaxWait ? wait : MaxWait);
        while (true)
        {
            EdgePresence[] lagging = [.. Current().Where(edge => edge.Live && edge.Workspace == workspace && edge.AppliedRevision < revision)];
            TimeSpan left = end - time.GetUtcNow();
            if (lagging.Length == 0 || left <= TimeSpan.Zero)
            {
                return lagging;
            }

            // An edge that dies while we wait gives no news, so look again when its time could be over.
            TimeSpan look = left < EdgeLiveness.Timeout ? left : EdgeLiveness.Timeout;
            await Task.WhenAny(news.Task, Task.Delay(look, time));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static int EdgesIn(TrafficReading[] readings, Func<TrafficReading, TrafficWindow> window) => readings.Sum(reading => window(reading).Edges);

    /// <summary>Edges still remembered, each with its liveness as of now.</summary>
    private List<EdgePresence> Current()
    {
        DateTimeOffset now = time.GetUtcNow();
        List<EdgePresence> current = [];
        foreach ((Guid id, EdgePresence edge) in edges)
        {
            if (now - edge.SeenAt >= EdgeLiveness.Retention)
            {
                edges.Remove(id);
            }
            else
            {
                current.Add(edge with { Live = now - edge.SeenAt < EdgeLiveness.Timeout });
            }
        }

        return current;
    }
}
