using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Telemetry;

/// <summary>
/// A latency sketch in the making. The values of one route in one second fall into few buckets, so only those are kept: a
/// hundred thousand active routes must not cost a hundred thousand full histograms.
/// </summary>
internal sealed class SketchAccumulator
{
    private byte[] buckets = new byte[8];
    private long[] counts = new long[8];
    private int used;
    private long sum;
    private long max;

    public void Add(long microseconds)
    {
        byte bucket = (byte)LatencySketch.Index(microseconds);
        int at = buckets.AsSpan(0, used).IndexOf(bucket);
        if (at < 0)
        {
            if (used == buckets.Length)
            {
                Array.Resize(ref buckets, used * 2);
                Array.Resize(ref counts, used * 2);
            }

            at = used++;
            buckets[at] = bucket;
            counts[at] = 0;
        }

        counts[at]++;
        sum += microseconds;
        max = Math.Max(max, microseconds);
    }

    public LatencySketch Take()
    {
        if (used == 0)
        {
            return LatencySketch.Empty;
        }

        Array.Sort(buckets, counts, 0, used);
        int[] numbers = new int[used];
        for (int i = 0; i < used; i++)
        {
            numbers[i] = buckets[i];
        }

        var sketch = new LatencySketch(numbers, counts[..used], sum, max);
        used = 0;
        sum = max = 0;
        return sketch;
    }
}
