using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Traffic;

/// <summary>A sum of latency sketches.</summary>
internal sealed class SketchSum
{
    private int[] buckets = [];
    private long[] counts = [];
    private long sum;
    private long max;

    public void Add(LatencySketch sketch)
    {
        sum += sketch.Sum;
        max = Math.Max(max, sketch.Max);
        if (sketch.Buckets.Length == 0)
        {
            return;
        }

        if (buckets.Length == 0)
        {
            buckets = sketch.Buckets;
            counts = [.. sketch.Counts];
            return;
        }

        Merge(sketch);
    }

    public LatencySketch ToSketch() => buckets.Length == 0 ? LatencySketch.Empty : new LatencySketch(buckets, [.. counts], sum, max);

    private void Merge(LatencySketch sketch)
    {
        int[] mergedBuckets = new int[buckets.Length + sketch.Buckets.Length];
        long[] mergedCounts = new long[mergedBuckets.Length];
        int used = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < buckets.Length || theirs < sketch.Buckets.Length)
        {
            int bucket = Math.Min(
                mine < buckets.Length ? buckets[mine] : int.MaxValue,
                theirs < sketch.Buckets.Length ? sketch.Buckets[theirs] : int.MaxValue);
            mergedBuckets[used] = bucket;
            if (mine < buckets.Length && buckets[mine] == bucket)
            {
                mergedCounts[used] += counts[mine++];
            }

            if (theirs < sketch.Buckets.Length && sketch.Buckets[theirs] == bucket)
            {
                mergedCounts[used] += sketch.Counts[theirs++];
            }

            used++;
        }

        buckets = mergedBuckets[..used];
        counts = mergedCounts[..used];
    }
}
