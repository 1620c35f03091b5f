using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary>Quantiles of a sketch.</summary>
internal static class LatencyQuantile
{
    /// <returns>The middle of the bucket that holds the quantile, at most the largest value seen; microseconds. Null without values.</returns>
    public static double? Of(LatencySketch sketch, double quantile)
    {
        long count = sketch.Counts.Sum();
        if (count == 0)
        {
            return null;
        }

        long rank = Math.Max(1, (long)Math.Ceiling(quantile * count));
        int i = 0;
        for (long seen = sketch.Counts[0]; seen < rank; seen += sketch.Counts[i])
        {
            i++;
        }

        int bucket = sketch.Buckets[i];
        double middle = (LatencySketch.LowerBound(bucket) + LatencySketch.LowerBound(bucket + 1)) / 2.0;
        return Math.Min(middle, sketch.Max);
    }
}
