using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Traffic;

/// <summary>One shard of a workspace's traffic, in memory: what is lost with a silo is at most the hour shown.</summary>
internal sealed class TrafficGrain(TimeProvider time) : Grain, ITrafficGrain
{
    /// <summary>Subjects of one shard; traffic of further ones is not kept.</summary>
    private const int MaxSubjects = 20_000;

    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(TrafficSubject Subject, Guid Id), Dictionary<string, TrafficHistory>> subjects = [];
    private readonly Dictionary<Guid, (Guid Session, long Sequence, long Second)> taken = [];
    private int histories;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Sweep, new GrainTimerCreationOptions(SweepPeriod, SweepPeriod));
        return Task.CompletedTask;
    }

    public Task Add(Guid edge, Guid session, long sequence, TrafficBatch batch)
    {
        if (taken.TryGetValue(edge, out var last) && last.Session == session && sequence <= last.Sequence)
        {
            return Task.CompletedTask;
        }

        taken[edge] = (session, sequence, Now);
        foreach (TrafficSample sample in batch.Samples)
        {
            History(sample)?.Add(edge, batch.Second, Now, sample);
        }

        return Task.CompletedTask;
    }

    public Task<TrafficReading> Read(TrafficSubject subject, Guid id, string? address)
    {
        var minute = new TrafficSum();
        var hour = new TrafficSum();
        IEnumerable<KeyValuePair<string, TrafficHistory>> wanted = subjects.GetValueOrDefault((subject, id)) ?? [];
        foreach ((string key, TrafficHistory history) in wanted)
        {
            if (address is null || key == address)
            {
                history.AddTo(minute, hour, Now);
            }
        }

        return Task.FromResult(new TrafficReading(subject, id, address, TrafficHistory.ToMinute(minute), TrafficHistory.ToHour(hour)));
    }

    public Task<TrafficReading[]> ReadAddresses(TrafficSubject subject, Guid id) => Task.FromResult<TrafficReading[]>(
    [
        .. (subjects.GetValueOrDefault((subject, id)) ?? [])
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry =>
            {
                var minute = new TrafficSum();
                var hour = new TrafficSum();
                entry.Value.AddTo(minute, hour, Now);
                return new TrafficReading(subject, id, entry.Key, TrafficHistory.ToMinute(minute), TrafficHistory.ToHour(hour));
            }),
    ]);

    private TrafficHistory? History(TrafficSample sample)
    {
        string address = sample.Address ?? "";
        if (!subjects.TryGetValue((sample.Subject, sample.Id), out Dictionary<string, TrafficHistory>? addresses))
        {
            if (histories >= MaxSubjects)
            {
                return null;
            }

            subjects[(sample.Subject, sample.Id)] = addresses = new Dictionary<string, TrafficHistory>(StringComparer.Ordinal);
        }

        if (!addresses.TryGetValue(address, out TrafficHistory? history))
        {
            if (histories >= MaxSubjects)
            {
                return null;
            }

            addresses[address] = history = new TrafficHistory();
            histories++;
        }

        return history;
    }

    private Task Sweep(CancellationToken cancel)
    {
        long now = Now;
        foreach (((TrafficSubject, Guid) key, Dictionary<string, TrafficHistory> addresses) in subjects)
        {
            foreach ((string address, TrafficHistory history) in addresses)
            {
                if (history.IsOver(now))
                {
                    addresses.Remove(address);
                    histories--;
                }
            }

            if (addresses.Count == 0)
            {
                subjects.Remove(key);
            }
        }

        foreach ((Guid edge, (Guid _, long _, long second)) in taken)
        {
            if (second <= now - (long)EdgeLiveness.Retention.TotalSeconds)
            {
                taken.Remove(edge);
            }
        }

        return Task.CompletedTask;
    }
}
