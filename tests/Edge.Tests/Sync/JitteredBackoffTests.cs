using Mesh.Edge.Sync;

namespace Mesh.Edge.Tests.Sync;

public sealed class JitteredBackoffTests
{
    [Fact]
    public void Delays_double_to_the_limit_shortened_by_at_most_half()
    {
        var backoff = new JitteredBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        foreach (double full in new double[] { 1, 2, 4, 5, 5, 5 })
        {
            Assert.InRange(backoff.Next().TotalSeconds, full / 2, full);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.5, 1);
    }
}
