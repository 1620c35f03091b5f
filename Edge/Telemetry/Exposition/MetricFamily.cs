using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>
/// All series of one instrument, and of those with its name in other meters. Measuring takes no lock and, for tags that were
/// seen, allocates nothing. Series beyond <see cref="MaxSeries"/>, or without counters left, share one.
/// </summary>
internal sealed class MetricFamily
{
    public const int MaxSeries = 10_000;

    private readonly SlotBank bank;
    private readonly int slotLimit;
    private readonly TimeProvider time;
    private readonly DateTimeOffset began;
    private readonly double[] bounds;
    private readonly string help;
    private readonly string unit;
    private readonly SeriesCache cache = new();
    private readonly MetricSeries overflow;

    /// <summary>By labels. Replaced whole, so that no thread waits for another.</summary>
    private ImmutableDictionary<string, MetricSeries> series = ImmutableDictionary.Create<string, MetricSeries>(StringComparer.Ordinal);
    private int known;
    private long collection;

    private MetricFamily(Instrument instrument, MetricKind kind, SlotBank bank, int slotLimit, int overflowSlot, double[] bounds, TimeProvider time)
    {
        this.bank = bank;
        this.slotLimit = slotLimit;
        this.time = time;
        this.bounds = bounds;
        Kind = kind;
        IsObserved = instrument.IsObservable;
        began = time.GetUtcNow();
        unit = PrometheusNames.Unit(instrument.Unit, kind == MetricKind.Counter);
        Name = NameOf(instrument, kind);
        help = instrument.Description is { Length: > 0 } text ? text : instrument.Name;
        overflow = new MetricSeries(MetricLabels.Overflow, overflowSlot, BucketCount, began);
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>The instrument is asked at each collection.</summary>
    public bool IsObserved { get; }

    private int BucketCount => Kind == MetricKind.Histogram ? bounds.Length + 1 : 0;

    private int SlotCount => BucketCount + 1;

    public static string NameOf(Instrument instrument, MetricKind kind) => PrometheusNames.Metric(instrument.Name, instrument.Unit, kind == MetricKind.Counter);

    /// <param name="slotLimit">Counters that may be in use when a new series wants some; the one of the overflow may be beyond.</param>
    /// <returns>Null when not even that has room.</returns>
    public static MetricFamily? Create(Instrument instrument, MetricKind kind, SlotBank bank, int slotLimit, int capacity, TimeProvider time)
    {
        double[] bounds = kind == MetricKind.Histogram ? Buckets.Of(instrument) : [];
        return bank.TryTake(kind == MetricKind.Histogram ? bounds.Length + 2 : 1, capacity, out int slot) ? new MetricFamily(instrument, kind, bank, slotLimit, slot, bounds, time) : null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries one = For(tags);
        switch (Kind)
        {
            case MetricKind.Histogram:
                int bucket = 0;
                while (bucket < bounds.Length && value > bounds[bucket])
                {
                    bucket++;
                }

                bank.Add(one.Slot + bucket, 1);
                bank.AddDouble(one.Slot + bounds.Length + 1, value);
                if (Activity.Current is { Recorded: true } span)
                {
                    one.Exemplify(bucket, span, value, time.GetUtcNow());
                }

                break;
            case MetricKind.Gauge:
                one.Last = value;
                break;
            default:
                bank.AddDouble(one.Slot, value);
                break;
        }
    }

    public void BeginCollection() => collection++;

    /// <summary>What an instrument tells when it is asked, between <see cref="BeginCollection"/> and <see cref="Write"/>.</summary>
    public void Observe(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries one = For(tags);

        // Two meters of one name, or what shares the overflow: sums add up.
        one.Last = one.ObservedIn == collection && Kind != MetricKind.Gauge ? one.Last + value : value;
        one.ObservedIn = collection;
    }

    public void Write(ExpositionWriter page)
    {
        MetricSeries[] written = [.. Volatile.Read(ref series).Values.Append(overflow).Where(IsWritten).OrderBy(one => one.Labels, StringComparer.Ordinal)];
        if (written.Length == 0)
        {
            return;
        }

        page.Family(Name, help, Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" }, unit);
        foreach (MetricSeries one in written)
        {
            if (Kind == MetricKind.Histogram)
            {
                WriteBuckets(page, one);
            }
            else
            {
                page.Sample(Name, one.Labels, "", IsObserved || Kind == MetricKind.Gauge ? one.Last : bank.SumDouble(one.Slot));
            }

            if (page.IsOpenMetrics && Kind is MetricKind.Counter or MetricKind.Histogram)
            {
                string bare = Kind == MetricKind.Counter ? Name[..^"_total".Length] : Name;
                page.Sample($"{bare}_created", one.Labels, "", one.Created.ToUnixTimeMilliseconds() / 1000.0);
            }
        }
    }

    private void WriteBuckets(ExpositionWriter page, MetricSeries one)
    {
        long count = 0;
        for (int bucket = 0; bucket <= bounds.Length; bucket++)
        {
            count += bank.Sum(one.Slot + bucket);
            double bound = bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity;
            page.Sample($"{Name}_bucket", one.Labels, page.Bound(bound), count, one.ExemplarOf(bucket));
        }

        page.Sample($"{Name}_count", one.Labels, "", count);
        page.Sample($"{Name}_sum", one.Labels, "", bank.SumDouble(one.Slot + bounds.Length + 1));
    }

    /// <summary>An instrument that was asked and told nothing of a series has it no more.</summary>
    private bool IsWritten(MetricSeries one) =>
        IsObserved ? one.ObservedIn == collection && collection > 0
        : !ReferenceEquals(one, overflow) || Enumerable.Range(one.Slot, SlotCount).Any(slot => bank.Sum(slot) != 0);

    private MetricSeries For(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (cache.Find(tags) is { } found)
        {
            return found;
        }

        string labels = MetricLabels.Of(tags);
        if (!Volatile.Read(ref series).TryGetValue(labels, out MetricSeries? one))
        {
            one = Add(labels);
        }

        cache.Keep(tags, one);
        return one;
    }

    private MetricSeries Add(string labels)
    {
        if (Volatile.Read(ref known) >= MaxSeries || Interlocked.Increment(ref known) > MaxSeries || !bank.TryTake(SlotCount, slotLimit, out int slot))
        {
            return overflow;
        }

        DateTimeOffset created = IsObserved ? began : time.GetUtcNow();
        return ImmutableInterlocked.GetOrAdd(ref series, labels, new MetricSeries(labels, slot, BucketCount, created));
    }
}
