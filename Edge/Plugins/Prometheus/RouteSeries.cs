using System.Collections.Concurrent;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>All series of requests, or of streams, with one <c>service</c> and one <c>route</c> label.</summary>
internal sealed class RouteSeries
{
    private readonly MetricsRegistry registry;
    private readonly int slotLimit;
    private readonly ConcurrentDictionary<string, ConsumerSeries> consumers = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int latency = -1;

    /// <param name="slotLimit">Counters that may be in use when this series wants more.</param>
    public RouteSeries(MetricsRegistry registry, string service, string route, bool isStream, int slotLimit)
    {
        this.registry = registry;
        this.slotLimit = slotLimit;
        Service = service;
        Route = route;
        IsStream = isStream;
        Anyone = new ConsumerSeries(registry, "", slotLimit);
    }

    public string Service { get; }
    public string Route { get; }

    /// <summary>Of streams; else of requests.</summary>
    public bool IsStream { get; }

    /// <summary>The series without a consumer.</summary>
    public ConsumerSeries Anyone { get; }

    public IEnumerable<ConsumerSeries> Consumers => consumers.Values.Prepend(Anyone);

    /// <summary>First counter of the histograms; -1 while none was taken.</summary>
    public int LatencySlots => Volatile.Read(ref latency);

    /// <summary>First counter of the histograms; -1 when there are no counters left.</summary>
    public int TakeLatencySlots()
    {
        int known = Volatile.Read(ref latency);
        if (known >= 0)
        {
            return known;
        }

        lock (gate)
        {
            if (latency < 0 && registry.Bank.TryTake(LatencyHistogram.AllSlots, slotLimit, out int first))
            {
                Volatile.Write(ref latency, first);
            }

            return latency;
        }
    }

    /// <summary>Null when there is no room for one more consumer.</summary>
    public ConsumerSeries? For(string consumer)
    {
        if (consumer.Length == 0)
        {
            return Anyone;
        }

        if (consumers.TryGetValue(consumer, out ConsumerSeries? known))
        {
            return known;
        }

        return registry.MayAddLabels() ? consumers.GetOrAdd(consumer, new ConsumerSeries(registry, consumer, slotLimit)) : null;
    }
}
