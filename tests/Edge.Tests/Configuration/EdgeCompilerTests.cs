using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Tests.Sync;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Configuration;

public sealed class EdgeCompilerTests
{
    private readonly EdgeCompiler compiler = new(PluginCatalog.Default, _ => default);

    [Fact]
    public void A_put_is_served_and_a_delete_is_not()
    {
        EdgeSnapshot first = compiler.Apply(compiler.Empty, 1, [Documents.Service(1), Documents.Route(1, 1)]);
        Assert.Equal(Documents.Id(1), Match(first, "/r1")?.Id);
        Assert.Equal([Documents.Id(1)], first.Entities.RoutesByService.GetValueOrDefault(Documents.Id(1))!);

        EdgeSnapshot second = compiler.Apply(first, 2, [Documents.Delete(EntityKinds.Routes, 1)]);
        Assert.Null(Match(second, "/r1"));
        Assert.Null(second.Entities.RoutesByService.GetValueOrDefault(Documents.Id(1)));
        Assert.Equal(2, second.Revision);

        // The old snapshot still serves the requests that hold it.
        Assert.Equal(Documents.Id(1), Match(first, "/r1")?.Id);
    }

    [Fact]
    public void A_route_that_moves_to_another_service_changes_both_child_lists()
    {
        EdgeSnapshot first = compiler.Apply(compiler.Empty, 1, [Documents.Service(1), Documents.Service(2), Documents.Route(1, 1), Documents.Route(2, 1)]);
        EdgeSnapshot second = compiler.Apply(first, 2, [Documents.Route(1, 2)]);
        Assert.Equal([Documents.Id(2)], second.Entities.RoutesByService.GetValueOrDefault(Documents.Id(1))!);
        Assert.Equal([Documents.Id(1)], second.Entities.RoutesByService.GetValueOrDefault(Documents.Id(2))!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"id":"ffffffff-0000-0000-0000-000000000000","paths":["/x"]}""")]
    [InlineData("""{"id":"00000001-0000-0000-0102-030405060708","paths":"/x"}""")]
    [InlineData("""{"id":"00000001-0000-0000-0102-030405060708","regex_priority":"many"}""")]
    [InlineData("""{"id":"00000001-0000-0000-0102-030405060708","protocols":null}""")]
    [InlineData("\xff\xfe")]
    public void What_cannot_be_read_is_refused_alone(string json)
    {
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 1, [Documents.Service(1), Documents.Put(EntityKinds.Routes, 1, json), Documents.Route(2, 1)]);
        ApplyProblem problem = Assert.Single(snapshot.Problems);
        Assert.Equal((1L, EntityKinds.Routes, Documents.Id(1)), (problem.Revision, problem.Kind, problem.Id));
        Assert.Equal(Documents.Id(2), Match(snapshot, "/r2")?.Id);
        Assert.Equal(1, snapshot.Entities.Routes.Count);

        // The problem stands until the entity changes.
        EdgeSnapshot next = compiler.Apply(snapshot, 2, [Documents.Route(3, 1)]);
        Assert.Equal(snapshot.Problems, next.Problems);
        Assert.Empty(compiler.Apply(next, 3, [Documents.Route(1, 1)]).Problems);
        Assert.Empty(compiler.Apply(next, 3, [Documents.Delete(EntityKinds.Routes, 1)]).Problems);
    }

    [Fact]
    public void An_entity_that_becomes_unreadable_is_no_longer_served()
    {
        EdgeSnapshot first = compiler.Apply(compiler.Empty, 1, [Documents.Route(1)]);
        EdgeSnapshot second = compiler.Apply(first, 2, [Documents.Put(EntityKinds.Routes, 1, "{}")]);
        Assert.Null(Match(second, "/r1"));
        Assert.Single(second.Problems);
    }

    [Fact]
    public void An_unknown_kind_is_told_of_once_and_kinds_of_the_control_plane_never()
    {
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 1,
        [
            Documents.Put("gadgets", 1, "{}"),
            Documents.Put("gadgets", 2, "{}"),
            Documents.Put(EntityKinds.KeySets, 3, "{}"),
            Documents.Put(EntityKinds.Keys, 4, "{}"),
        ]);
        Assert.Equal("gadgets", Assert.Single(snapshot.Problems).Kind);
        snapshot = compiler.Apply(snapshot, 2, [Documents.Put("gadgets", 5, "{}")]);
        Assert.Single(snapshot.Problems);
        Assert.Empty(compiler.Replace(snapshot, 3, [Documents.Service(1)]).Problems);
    }

    [Fact]
    public void Changes_of_what_is_not_there_do_no_harm()
    {
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 1,
        [
            Documents.Delete(EntityKinds.Routes, 1),
            Documents.Delete(EntityKinds.Services, 1),
            Documents.Delete(EntityKinds.Certificates, 1),
            Documents.Delete(EntityKinds.Plugins, 1),
            Documents.Delete(EntityKinds.Targets, 1),
            Documents.Delete(EntityKinds.Consumers, 1),
            Documents.Route(2, service: 99),
        ]);
        Assert.Equal(1, snapshot.Entities.Routes.Count);
        Assert.Empty(snapshot.Problems);
    }

    [Fact]
    public void Several_changes_of_one_entity_count_as_the_last()
    {
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 3,
        [
            Documents.Route(1, path: "/a"), Documents.Route(1, path: "/b"), Documents.Put(EntityKinds.Routes, 1, "{"), Documents.Route(1, path: "/c"),
            Documents.Route(2), Documents.Delete(EntityKinds.Routes, 2),
        ]);
        Assert.Empty(snapshot.Problems);
        Assert.Equal(1, snapshot.Entities.Routes.Count);
        Assert.Null(Match(snapshot, "/a"));
        Assert.Equal(Documents.Id(1), Match(snapshot, "/c")?.Id);
        Assert.Equal(compiler.Apply(compiler.Empty, 1, [Documents.Route(1, path: "/c")]).Entities.Fingerprint, snapshot.Entities.Fingerprint);
    }

    [Fact]
    public void There_and_back_within_one_batch_ends_where_it_began()
    {
        EdgeSnapshot first = compiler.Apply(compiler.Empty, 1, [Documents.Route(1, path: "/a")]);
        EdgeSnapshot second = compiler.Apply(first, 3, [Documents.Route(1, path: "/b"), Documents.Route(1, path: "/a")]);
        Assert.Equal(Documents.Id(1), Match(second, "/a")?.Id);
        Assert.Equal(first.Entities.Fingerprint, second.Entities.Fingerprint);
    }

    [Fact]
    public void A_replacement_has_nothing_but_what_it_was_given_and_keeps_what_is_the_same()
    {
        EdgeSnapshot first = compiler.Apply(compiler.Empty, 5, [Documents.Service(1), Documents.Route(1, 1), Documents.Route(2, 1), Documents.Put(EntityKinds.Routes, 9, "{")]);
        EdgeSnapshot second = compiler.Replace(first, 2, [Documents.Service(1), Documents.Route(2, 1, "/moved"), Documents.Route(3, 1)]);
        Assert.Equal(2, second.Revision);
        Assert.Null(Match(second, "/r1"));
        Assert.Null(Match(second, "/r2"));
        Assert.Equal(Documents.Id(2), Match(second, "/moved")?.Id);
        Assert.Equal(Documents.Id(3), Match(second, "/r3")?.Id);
        Assert.Empty(second.Problems);
        Assert.Same(first.Entities.Services.GetValueOrDefault(Documents.Id(1)), second.Entities.Services.GetValueOrDefault(Documents.Id(1)));
        Assert.Equal(UInt128.Zero, compiler.Replace(second, 6, []).Entities.Fingerprint);
    }

    internal static Mesh.Abstractions.Entities.Route? Match(EdgeSnapshot snapshot, string path) =>
        snapshot.Routes.TryMatch(new RouteQuery("GET", false, "example.com", 80, path, new HeaderDictionary(), null), out RouteMatch match) ? match.Route : null;
}
