using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>
/// Listens to the instruments of the process and keeps what they measured for whoever scrapes it. As long as one lives, the
/// request path measures.
/// </summary>
internal sealed partial class MetricsCollector : IDisposable
{
    /// <summary>Counters, each with a copy for every core: two megabytes a core when all are used.</summary>
    private const int MaxSlots = 256 * 1024;

    /// <summary>For the series of each instrument that takes what has no room.</summary>
    private const int ReservedSlots = 16 * 1024;

    private readonly SlotBank bank = new(MaxSlots + ReservedSlots);
    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly HashSet<string> meters;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <summary>Scrapes come one after the other; measuring does not take it.</summary>
    private readonly Lock gate = new();

    /// <param name="meters">Names of those that are listened to.</param>
    public MetricsCollector(IEnumerable<string> meters, TimeProvider time, ILogger<MetricsCollector> logger)
    {
        this.meters = [.. meters];
        this.time = time;
        this.logger = logger;
        listener.InstrumentPublished = Listen;
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => Take(value, tags, family));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => Take(value, tags, family));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Take(value, tags, family));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Take(value, tags, family));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => Take(value, tags, family));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Take(value, tags, family));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => Take((double)value, tags, family));
        listener.Start();
    }

    /// <summary>Asks the instruments that are asked, and writes all families. May take milliseconds.</summary>
    public void Write(ExpositionWriter page)
    {
        lock (gate)
        {
            foreach (MetricFamily family in families.Values)
            {
                family.BeginCollection();
            }

            try
            {
                listener.RecordObservableInstruments();
            }
            catch (AggregateException failure)
            {
                // The others have told theirs.
                LogUnobserved(logger, failure);
            }

            foreach (MetricFamily family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(page);
            }
        }
    }

    public void Dispose() => listener.Dispose();

    private static void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var family = (MetricFamily)state!;
        if (family.IsObserved)
        {
            family.Observe(value, tags);
        }
        else
        {
            family.Record(value, tags);
        }
    }

    private void Listen(Instrument instrument, MeterListener listening)
    {
        if (!meters.Contains(instrument.Meter.Name) || ProcessMeters.LeftOut.Contains(instrument.Name) || MetricKinds.Of(instrument) is not { } kind)
        {
            return;
        }

        string name = MetricFamily.NameOf(instrument, kind);
        if (!families.TryGetValue(name, out MetricFamily? family))
        {
            if (MetricFamily.Create(instrument, kind, bank, MaxSlots, MaxSlots + ReservedSlots, time) is not { } created)
            {
                LogNoRoom(logger, name);
                return;
            }

            family = families.GetOrAdd(name, created);
        }

        if (family.Kind == kind && family.IsObserved == instrument.IsObservable)
        {
            listening.EnableMeasurementEvents(instrument, family);
        }
        else
        {
            LogOtherKind(logger, name, instrument.Meter.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instruments could not be read")]
    private static partial void LogUnobserved(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no room for the instrument {Name}")]
    private static partial void LogNoRoom(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} of the meter {Meter} is of another kind than the one known by this name, and left out")]
    private static partial void LogOtherKind(ILogger logger, string name, string meter);
}
