using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Telemetry;

/// <summary>Sums records into one sample per subject. Used by one thread.</summary>
internal sealed class TrafficFold(Guid edge)
{
    /// <summary>Accumulators are kept for reuse this many emissions after their last record.</summary>
    private const int IdleEmissions = 60;

    private readonly Dictionary<Subject, TrafficAccumulator> subjects = [];
    private int emission;

    public void Add(in TrafficRecord record)
    {
        if (!record.Try)
        {
            Of(TrafficSubject.Edge, edge, null).Add(record);
        }

        if (record.Route != Guid.Empty)
        {
            Of(TrafficSubject.Route, record.Route, null).Add(record);
        }

        if (record.Service != Guid.Empty)
        {
            Of(TrafficSubject.Service, record.Service, null).Add(record);
        }

        if (record.TargetAddress is { } address)
        {
            Of(TrafficSubject.Target, record.Upstream, address).Add(record);
        }
    }

    public TrafficBatch[] Emit(long second)
    {
        emission++;
        var samples = new List<TrafficSample>?[TrafficShards.Count];
        foreach ((Subject key, TrafficAccumulator accumulator) in subjects)
        {
            if (accumulator.IsEmpty)
            {
                if (emission - accumulator.LastEmission > IdleEmissions)
                {
                    subjects.Remove(key);
                }

                continue;
            }

            accumulator.LastEmission = emission;
            (samples[TrafficShards.Of(key.Id)] ??= []).Add(accumulator.Take(key.Kind, key.Id, key.Address));
        }

        return
        [
            .. samples
                .Select((list, shard) => (list, shard))
                .Where(entry => entry.list is not null)
                .Select(entry => new TrafficBatch(entry.shard, second, [.. entry.list!])),
        ];
    }

    private TrafficAccumulator Of(TrafficSubject kind, Guid id, string? address)
    {
        var key = new Subject(kind, id, address);
        if (!subjects.TryGetValue(key, out TrafficAccumulator? accumulator))
        {
            subjects[key] = accumulator = new TrafficAccumulator { LastEmission = emission };
        }

        return accumulator;
    }

    private readonly record struct Subject(TrafficSubject Kind, Guid Id, string? Address);
}
