using System.Collections.Concurrent;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>The series of a route that also have a <c>consumer</c> label; empty for requests whose consumer is not told apart.</summary>
internal sealed class ConsumerSeries(MetricsRegistry registry, string consumer, int slotLimit)
{
    private readonly ConcurrentDictionary<StatusKey, int> statuses = new();
    private readonly Lock gate = new();
    private int bandwidth = -1;

    public string Consumer { get; } = consumer;

    /// <summary>Counter of each status met.</summary>
    public IEnumerable<KeyValuePair<StatusKey, int>> Statuses => statuses;

    /// <summary>Counter of ingress bytes, with that of egress behind it; -1 while none was taken.</summary>
    public int BandwidthSlots => Volatile.Read(ref bandwidth);

    /// <summary>False when there are no counters left.</summary>
    public bool TryCount(StatusKey status)
    {
        if (!statuses.TryGetValue(status, out int slot) && !TryTake(status, out slot))
        {
            return false;
        }

        registry.Bank.Add(slot, 1);
        return true;
    }

    /// <summary>False when there are no counters left.</summary>
    public bool TryAddBandwidth(long ingress, long egress)
    {
        int first = Volatile.Read(ref bandwidth);
        if (first < 0 && (first = TakeBandwidthSlots()) < 0)
        {
            return false;
        }

        registry.Bank.Add(first, ingress);
        registry.Bank.Add(first + 1, egress);
        return true;
    }

    private bool TryTake(StatusKey status, out int slot)
    {
        lock (gate)
        {
            if (statuses.TryGetValue(status, out slot))
            {
                return true;
            }

            return registry.Bank.TryTake(1, slotLimit, out slot) && statuses.TryAdd(status, slot);
        }
    }

    private int TakeBandwidthSlots()
    {
        lock (gate)
        {
            if (bandwidth < 0 && registry.Bank.TryTake(2, slotLimit, out int first))
            {
                Volatile.Write(ref bandwidth, first);
            }

            return bandwidth;
        }
    }
}
