using CsCheck;
using Mesh.Abstractions.Reports;
using Mesh.Grains.Traffic;

namespace Mesh.Grains.Tests.Traffic;

public class SketchSumTests
{
    private static LatencySketch Of(IEnumerable<long> values)
    {
        var groups = values.GroupBy(LatencySketch.Index).OrderBy(group => group.Key).ToArray();
        return new LatencySketch(
            [.. groups.Select(group => group.Key)],
            [.. groups.Select(group => group.LongCount())],
            values.Sum(),
            values.DefaultIfEmpty().Max());
    }

    [Fact]
    public void The_sum_of_sketches_is_the_sketch_of_all_values() =>
        Gen.Long[0, 100_000_000].Array[0, 30].Array[0, 5].Sample(parts =>
        {
            var sum = new SketchSum();
            foreach (long[] part in parts)
            {
                sum.Add(Of(part));
            }

            LatencySketch expected = Of(parts.SelectMany(part => part));
            LatencySketch actual = sum.ToSketch();
            Assert.Equal(expected.Buckets, actual.Buckets);
            Assert.Equal(expected.Counts, actual.Counts);
            Assert.Equal((expected.Sum, expected.Max), (actual.Sum, actual.Max));
        });

    [Fact]
    public void Every_value_lies_between_the_bounds_of_its_bucket() =>
        Gen.Long[0, 60_000_000_000].Sample(value =>
        {
            int bucket = LatencySketch.Index(value);
            Assert.True(LatencySketch.LowerBound(bucket) <= value);
            Assert.True(bucket == LatencySketch.BucketCount - 1 || value < LatencySketch.LowerBound(bucket + 1));
        });
}
