using System.Diagnostics.Metrics;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>What the values of an instrument mean.</summary>
internal enum MetricKind
{
    /// <summary>A sum that only rises.</summary>
    Counter,

    /// <summary>A sum that may fall.</summary>
    UpDownCounter,

    /// <summary>The last value counts.</summary>
    Gauge,

    Histogram,
}

internal static class MetricKinds
{
    /// <returns>Null for a kind of instrument that is not known here.</returns>
    public static MetricKind? Of(Instrument instrument)
    {
        Type type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>) ? MetricKind.UpDownCounter
            : type == typeof(Gauge<>) || type == typeof(ObservableGauge<>) ? MetricKind.Gauge
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : null;
    }
}
