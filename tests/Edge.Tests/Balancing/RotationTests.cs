using CsCheck;
using Mesh.Edge.Balancing;

namespace Mesh.Edge.Tests.Balancing;

public sealed class RotationTests
{
    [Fact]
    public void Spreads_a_heavy_target_over_the_cycle()
    {
        TargetAddress a = new("a", 1), b = new("b", 1), c = new("c", 1);
        Rotation rotation = Rotation.Of([(a, 50), (b, 10), (c, 10)]);

        TargetAddress?[] cycle = Take(rotation, 7);

        Assert.Equal([a, a, b, a, c, a, a], cycle);
    }

    [Fact]
    public void Gives_every_target_exactly_its_weight_in_one_cycle()
    {
        Gen.Int[0, 60].Array[1, 12].Sample(weights =>
        {
            TargetAddress[] targets = [.. weights.Select((_, i) => new TargetAddress($"t{i}", 80))];
            Rotation rotation = Rotation.Of(targets.Zip(weights));
            TargetAddress?[] cycle = Take(rotation, rotation.CycleLength);
            int total = weights.Sum();
            return weights.Select((weight, i) => cycle.Count(target => target == targets[i]) * total == weight * rotation.CycleLength).All(right => right)
                && (total > 0 || rotation.Next(new RotationPosition(0)) is null);
        });
    }

    [Fact]
    public void Bounds_the_cycle_and_still_serves_the_lightest()
    {
        TargetAddress heavy = new("heavy", 1), light = new("light", 1);
        Rotation rotation = Rotation.Of([(heavy, 65_535), (light, 1)]);

        TargetAddress?[] cycle = Take(rotation, rotation.CycleLength);

        Assert.InRange(rotation.CycleLength, 2, Rotation.MaxCycle + 1);
        Assert.Single(cycle, light);
    }

    [Fact]
    public void Another_try_goes_elsewhere_while_there_is_an_elsewhere()
    {
        TargetAddress a = new("a", 1), b = new("b", 1), c = new("c", 1);
        Rotation rotation = Rotation.Of([(a, 100), (b, 1), (c, 1)]);
        for (int i = 0; i < 200; i++)
        {
            Assert.NotEqual(a, rotation.NextAfter([a]));
            Assert.Equal(c, rotation.NextAfter([a, b]));
            Assert.NotEqual(b, rotation.NextAfter([c, a, b]));
        }
    }

    [Fact]
    public void A_single_target_is_tried_again()
    {
        TargetAddress only = new("only", 1);

        Assert.Equal(only, Rotation.Of([(only, 1)]).NextAfter([only]));
    }

    private static TargetAddress?[] Take(Rotation rotation, int turns)
    {
        // The position is incremented before it is used.
        var position = new RotationPosition(ulong.MaxValue);
        return [.. Enumerable.Range(0, turns).Select(_ => rotation.Next(position))];
    }
}
