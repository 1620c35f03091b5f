using System.Diagnostics.Metrics;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>Upper bounds of a histogram's buckets: what the instrument advises, else OpenTelemetry's own.</summary>
internal static class Buckets
{
    /// <summary>More are not kept: each is a counter in every series.</summary>
    private const int MaxBounds = 64;

    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] Default = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    public static double[] Of(Instrument instrument)
    {
        IEnumerable<double>? advised = instrument switch
        {
            Histogram<double> of => of.Advice?.HistogramBucketBoundaries,
            Histogram<float> of => of.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Histogram<long> of => of.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            Histogram<int> of => of.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
            _ => null,
        };
        return advised is null ? instrument.Unit == "s" ? Seconds : Default : [.. advised.Take(MaxBounds)];
    }
}
