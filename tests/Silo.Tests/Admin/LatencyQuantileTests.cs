using CsCheck;
using Mesh.Abstractions.Reports;
using Mesh.Silo.Admin.Fleet;

namespace Mesh.Silo.Tests.Admin;

public class LatencyQuantileTests
{
    [Fact]
    public void Nothing_measured_has_no_quantile() => Assert.Null(LatencyQuantile.Of(LatencySketch.Empty, 0.5));

    [Fact]
    public void A_quantile_is_off_by_at_most_one_bucket() =>
        Gen.Select(Gen.Long[1, 10_000_000].Array[1, 200], Gen.OneOf(0.5, 0.9, 0.99)).Sample((values, quantile) =>
        {
            var buckets = values.GroupBy(LatencySketch.Index).OrderBy(group => group.Key).ToArray();
            LatencySketch sketch = new([.. buckets.Select(b => b.Key)], [.. buckets.Select(b => (long)b.Count())], values.Sum(), values.Max());
            long exact = values.Order().ElementAt((int)Math.Ceiling(quantile * values.Length) - 1);
            double estimate = LatencyQuantile.Of(sketch, quantile)!.Value;
            Assert.InRange(estimate, exact * 0.8 - 1, exact * 1.25 + 1);
        });
}
