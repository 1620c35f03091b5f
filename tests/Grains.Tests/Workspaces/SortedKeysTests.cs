using CsCheck;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Tests.Workspaces;

public sealed class SortedKeysTests
{
    [Fact]
    public void It_behaves_as_a_sorted_set() => Gen.Select(Gen.Int[0, 3000], Gen.Bool).Array[0, 6000].Sample(
        steps =>
        {
            var keys = new SortedKeys<int>();
            var model = new SortedSet<int>();
            foreach (var (key, add) in steps)
            {
                Assert.Equal(add ? model.Add(key) : model.Remove(key), add ? keys.Add(key) : keys.Remove(key));
            }

            Assert.Equal(model.Count, keys.Count);
            Assert.Equal(model, keys.From(int.MinValue));
            Assert.Equal(model.GetViewBetween(1500, int.MaxValue), keys.From(1500));
        },
        iter: 50);
}
