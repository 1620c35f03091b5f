namespace Mesh.Abstractions.Reports;

/// <summary>
/// A latency distribution on logarithmic buckets (four per octave, so a quantile is off by at most 9 %), sparse on the wire.
/// Bucket <c>b</c> holds values <c>v</c> (microseconds) with <c>Index(v) == b</c>.
/// </summary>
/// <param name="Buckets">Rising bucket numbers.</param>
/// <param name="Counts">Values per bucket, parallel to <see cref="Buckets"/>.</param>
/// <param name="Sum">Sum of the values, microseconds.</param>
/// <param name="Max">Largest value, microseconds.</param>
[GenerateSerializer, Immutable, Alias("mesh.latency-sketch")]
public sealed record LatencySketch(int[] Buckets, long[] Counts, long Sum, long Max)
{
    /// <summary>Number of buckets: values up to about 18 hours.</summary>
    public const int BucketCount = 146;

    public static LatencySketch Empty { get; } = new([], [], 0, 0);

    /// <summary>The bucket of a value in microseconds: 0 … 3 exactly, then four buckets per power of two.</summary>
    public static int Index(long microseconds)
    {
        if (microseconds < 4)
        {
            return microseconds < 0 ? 0 : (int)microseconds;
        }

        int octave = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)microseconds);
        int quarter = (int)((microseconds >> (octave - 2)) & 3);
        return Math.Min((octave - 1) * 4 + quarter, BucketCount - 1);
    }

    /// <summary>The smallest value that falls into a bucket, microseconds.</summary>
    public static long LowerBound(int bucket) =>
        bucket < 4 ? bucket : (4L + bucket % 4) << (bucket / 4 - 1);
}
