using System.Numerics;
using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Telemetry;

/// <summary>Sums records into one sample per subject. Used by one thread.</summary>
internal sealed class TrafficFold(Guid edge)
{
    /// <summary>Accumulators are kept for reuse this many emissions after their last record.</summary>
    private const int IdleEmissions = 60;

    /// <summary>
    /// Subjects of one emission, about: with more of them the shards take turns, of up to as many emissions as there are shards.
    /// Samples of a second of traffic over ten thousand routes cost as much as a tenth of the traffic itself.
    /// </summary>
    private const int SubjectsATurn = 1000;

    private readonly Dictionary<Subject, TrafficAccumulator> subjects = [];
    private readonly TrafficAccumulator total = new();
    private (Guid Id, TrafficAccumulator Sums) lastService;
    private int emission;

    public void Add(in TrafficRecord record)
    {
        if (!record.Try)
        {
            total.Add(record);
        }

        if (record.Route != Guid.Empty)
        {
            Of(TrafficSubject.Route, record.Route, null).Add(record);
        }

        if (record.Service != Guid.Empty)
        {
            OfService(record.Service).Add(record);
        }

        if (record.TargetAddress is { } address)
        {
            Of(TrafficSubject.Target, record.Upstream, address).Add(record);
        }
    }

    /// <param name="all">Not only the shards whose turn it is.</param>
    public TrafficBatch[] Emit(long second, bool all)
    {
        emission++;
        lastService = default;
        int turns = all ? 1 : (int)Math.Min(BitOperations.RoundUpToPowerOf2(1 + ((uint)subjects.Count / SubjectsATurn)), TrafficShards.Count);
        var samples = new List<TrafficSample>?[TrafficShards.Count];
        if (!total.IsEmpty)
        {
            samples[TrafficShards.Of(edge)] = [total.Take(TrafficSubject.Edge, edge, null)];
        }

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

            int shard = TrafficShards.Of(key.Id);
            if ((shard & (turns - 1)) != (emission & (turns - 1)))
            {
                continue;
            }

            accumulator.LastEmission = emission;
            (samples[shard] ??= []).Add(accumulator.Take(key.Kind, key.Id, key.Address));
        }

        return
        [
            .. samples
                .Select((list, shard) => (list, shard))
                .Where(entry => entry.list is not null)
                .Select(entry => new TrafficBatch(entry.shard, second, [.. entry.list!])),
        ];
    }

    /// <summary>Most often that of the record before.</summary>
    private TrafficAccumulator OfService(Guid id)
    {
        if (lastService.Id != id || lastService.Sums is null)
        {
            lastService = (id, Of(TrafficSubject.Service, id, null));
        }

        return lastService.Sums;
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
