using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Balancing;

public sealed class UpstreamTableTests
{
    private readonly EdgeCompiler compiler = new(new PluginCatalog([]), _ => ValueTask.CompletedTask);
    private EdgeSnapshot snapshot;

    public UpstreamTableTests()
    {
        snapshot = compiler.Empty;
        Apply(
            Entities.Upstream(1, "one.test").Put(), Entities.Target(2, 1, "10.0.0.1:81").Put(), Entities.Target(3, 1, "10.0.0.2:82", 200).Put(),
            Entities.Upstream(4, "two.test").Put(), Entities.Target(5, 4, "[::1]:83").Put());
    }

    [Fact]
    public void Finds_upstreams_by_name_in_any_case()
    {
        Assert.Equal(["[::1]:83"], Turns("TWO.test", 1));
        Assert.Null(snapshot.Upstreams.Find("three.test"));
    }

    [Fact]
    public void Distributes_by_weight_exactly()
    {
        string[] turns = Turns("one.test", 300);

        Assert.Equal(100, turns.Count(turn => turn == "10.0.0.1:81"));
        Assert.Equal(200, turns.Count(turn => turn == "10.0.0.2:82"));
    }

    [Fact]
    public void Goes_on_where_it_was_when_a_target_changes()
    {
        RotationPosition before = snapshot.Upstreams.Find("one.test")!.Position;

        Apply(Entities.Target(3, 1, "10.0.0.2:82", 0).Put());

        Assert.Same(before, snapshot.Upstreams.Find("one.test")!.Position);
        Assert.All(Turns("one.test", 10), turn => Assert.Equal("10.0.0.1:81", turn));
    }

    [Fact]
    public void Leaves_unrelated_upstreams_as_they_are()
    {
        UpstreamBalancer? other = snapshot.Upstreams.Find("two.test");
        UpstreamTable table = snapshot.Upstreams;

        Apply(Entities.Target(6, 1, "10.0.0.3:84").Put());
        Assert.Same(other, snapshot.Upstreams.Find("two.test"));

        table = snapshot.Upstreams;
        Apply(Entities.Route(7, null).Put());
        Assert.Same(table, snapshot.Upstreams);
    }

    [Fact]
    public void Two_upstreams_can_exchange_their_names()
    {
        Apply(Entities.Upstream(1, "two.test").Put(), Entities.Upstream(4, "one.test").Put());

        Assert.Equal(["[::1]:83"], Turns("one.test", 1));
        Assert.Equal(Entities.Id(1), snapshot.Upstreams.Find("two.test")!.Upstream.Id);
    }

    [Fact]
    public void A_target_goes_with_its_upstream_and_a_renamed_one_is_found_no_more_by_its_old_name()
    {
        Apply(Entities.Upstream(4, "renamed.test").Put());
        Assert.Null(snapshot.Upstreams.Find("two.test"));
        Assert.NotNull(snapshot.Upstreams.Find("renamed.test"));

        Apply(new EntityChange(EntityKinds.Targets, Entities.Id(5), null), new EntityChange(EntityKinds.Upstreams, Entities.Id(4), null));
        Assert.Null(snapshot.Upstreams.Find("renamed.test"));
    }

    [Fact]
    public void Refuses_a_target_that_is_no_address_and_serves_the_others()
    {
        EdgeSnapshot next = compiler.Apply(snapshot, 9, [Entities.Target(8, 1, "no address:x").Put()]);

        Assert.Equal(Entities.Id(8), Assert.Single(next.Problems).Id);
        Assert.NotNull(next.Upstreams.Find("one.test")!.Pick());

        EdgeSnapshot later = compiler.Apply(next, 10, [Entities.Target(9, 1, "10.0.0.9:1").Put()]);
        Assert.Single(later.Problems);
    }

    private string[] Turns(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => snapshot.Upstreams.Find(name)!.Pick()!.Text)];

    private void Apply(params EntityChange[] changes)
    {
        snapshot = compiler.Apply(snapshot, snapshot.Revision + 1, changes);
        Assert.Empty(snapshot.Problems);
    }
}
