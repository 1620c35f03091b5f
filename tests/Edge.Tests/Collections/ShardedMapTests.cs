using CsCheck;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Tests.Collections;

public class ShardedMapTests
{
    /// <summary>Rounds of changes: null removes the key.</summary>
    private static readonly Gen<(int Key, int? Value)[][]> Rounds =
        Gen.Select(Gen.Int[0, 40], Gen.Frequency((2, Gen.Int[0, 9].Select(value => (int?)value)), (1, Gen.Const((int?)null)))).Array[0, 30].Array[1, 6];

    [Fact]
    public void A_map_holds_what_a_dictionary_would_and_earlier_maps_stay_as_they_were() => Rounds.Sample(rounds =>
    {
        List<(ShardedMap<int, int> Map, Dictionary<int, int> Model)> versions = [(ShardedMap<int, int>.Create(), [])];
        ShardedMap<int, int>.Builder? kept = null;
        foreach (var round in rounds)
        {
            (ShardedMap<int, int> map, Dictionary<int, int> model) = versions[^1];
            // Every other round goes on with the builder of the last: what it built must not change.
            ShardedMap<int, int>.Builder builder = kept ?? map.ToBuilder();
            kept = kept is null ? builder : null;
            var next = new Dictionary<int, int>(model);
            foreach ((int key, int? value) in round)
            {
                Change(builder, next, key, value);
            }

            versions.Add((builder.Build(), next));
        }

        foreach ((ShardedMap<int, int> map, Dictionary<int, int> model) in versions)
        {
            Assert.Equal(model.Count, map.Count);
            Assert.Equal(model.OrderBy(entry => entry.Key), map.Entries.OrderBy(entry => entry.Key));
            Assert.All(Enumerable.Range(0, 41), key => Assert.Equal(model.TryGetValue(key, out int value) ? value : null, map.TryGetValue(key, out int found) ? found : (int?)null));
        }
    });

    [Fact]
    public void A_builder_without_changes_gives_the_same_map()
    {
        ShardedMap<string, int>.Builder builder = ShardedMap<string, int>.Create().ToBuilder();
        builder["a"] = 1;
        ShardedMap<string, int> map = builder.Build();
        Assert.Same(map, map.ToBuilder().Build());
    }

    [Fact]
    public void The_comparer_decides_what_is_the_same_key()
    {
        ShardedMap<string, int>.Builder builder = ShardedMap<string, int>.Create(StringComparer.OrdinalIgnoreCase).ToBuilder();
        builder["A"] = 1;
        builder["a"] = 2;
        ShardedMap<string, int> map = builder.Build();
        Assert.Equal((1, 2, true), (map.Count, map.GetValueOrDefault("A"), map.ContainsKey("a")));
    }

    private static void Change(ShardedMap<int, int>.Builder builder, Dictionary<int, int> model, int key, int? value)
    {
        if (value is { } put)
        {
            builder[key] = put;
            model[key] = put;
        }
        else
        {
            Assert.Equal(model.Remove(key), builder.Remove(key));
        }

        Assert.Equal(model.Count, builder.Count);
        Assert.Equal(model.ContainsKey(key), builder.TryGetValue(key, out _));
    }
}
