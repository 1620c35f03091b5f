using Mesh.Edge.Plugins.RateLimiting;

namespace Mesh.Edge.Tests.Plugins.RateLimiting;

public sealed class LimitCountersTests
{
    [Fact]
    public void Callers_are_bounded_and_those_seen_often_are_kept()
    {
        var counters = new LimitCounters(generationSize: 100);
        LimitKey regular = LimitKey.Of("regular");
        WindowCounters kept = counters.Of(regular);
        for (int i = 0; i < 10_000; i++)
        {
            counters.Of(LimitKey.Of($"passer-by {i}"));
            if (i % 50 == 0)
            {
                Assert.Same(kept, counters.Of(regular));
            }

            Assert.InRange(counters.Count, 1, 200);
        }

        Assert.Same(kept, counters.Of(regular));
    }

    [Fact]
    public void While_generations_turn_a_caller_has_one_count()
    {
        var counters = new LimitCounters(generationSize: 64);
        const int Turns = 20_000;
        const int Limit = 500;
        LimitKey caller = LimitKey.Of("caller");
        int admitted = 0;
        Parallel.For(0, Turns, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            // Passers-by make generations turn all the time, but never two between two looks at the caller.
            if (i % 4 == 0)
            {
                counters.Of(LimitKey.Of($"passer-by {i}"));
            }

            uint window = 7;
            if (counters.Of(caller).TryTake(LimitPeriod.Minute, ref window, Limit, out _))
            {
                Interlocked.Increment(ref admitted);
            }
        });
        Assert.Equal(Limit, admitted);
    }

    [Fact]
    public void Spellings_of_an_address_are_one_key_and_kinds_do_not_meet()
    {
        Assert.Equal(LimitKey.Of(System.Net.IPAddress.Parse("192.0.2.1")), LimitKey.Of(System.Net.IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.Equal(LimitKey.Of(System.Net.IPAddress.Parse("2001:db8::1")), LimitKey.Of(System.Net.IPAddress.Parse("2001:0DB8:0:0::1")));
        Guid id = Guid.NewGuid();
        Assert.NotEqual(LimitKey.Of(id), LimitKey.Of(new System.Net.IPAddress(id.ToByteArray())));
        Assert.NotEqual(LimitKey.Of(new string('x', 70_000)), LimitKey.Of(new string('y', 300)));
    }
}
