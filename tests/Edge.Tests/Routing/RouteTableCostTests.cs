using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;
using static Mesh.Edge.Tests.Routing.Tables;

namespace Mesh.Edge.Tests.Routing;

public class RouteTableCostTests
{
    private const int Many = 20_000;

    /// <summary>Far below the number of routes, and the same for every shape: one list that is tried from end to end, and one below.</summary>
    private const int MostTested = 2 * CandidateList.LinearLimit;

    private static readonly Dictionary<string, (Func<int, Route> Make, Func<int, RouteQuery> Ask)> Shapes = new()
    {
        ["paths"] = (i => new() { Id = Guid.NewGuid(), Hosts = ["test"], Paths = [$"/service-{i}/"] }, i => Get($"/service-{i}/x")),
        ["hosts"] = (i => new() { Id = Guid.NewGuid(), Hosts = [$"h{i}.test"], Paths = ["/"] }, i => Get("/", $"h{i}.test")),
        ["leading wildcards"] = (i => new() { Id = Guid.NewGuid(), Hosts = [$"*.h{i}.test"], Paths = ["/"] }, i => Get("/", $"a.b.h{i}.test")),
        ["trailing wildcards"] = (i => new() { Id = Guid.NewGuid(), Hosts = [$"h{i}.*"], Paths = ["/"] }, i => Get("/", $"h{i}.test")),
        ["a header's values"] = (i => new() { Id = Guid.NewGuid(), Paths = ["/"], Headers = new() { ["X-Tenant"] = [$"T{i}"] } }, i => Get("/", headers: new HeaderDictionary { ["x_tenant"] = $"t{i}" })),
        ["a second header's values"] = (i => new() { Id = Guid.NewGuid(), Paths = ["/"], Headers = new() { ["A"] = ["1"], ["B"] = [$"{i}"] } }, i => Get("/", headers: new HeaderDictionary { ["a"] = "1", ["b"] = $"{i}" })),
        ["SNIs"] = (i => new() { Id = Guid.NewGuid(), Paths = ["/"], Snis = [$"h{i}.test"] }, i => GetTls("/", $"h{i}.test")),
        ["methods"] = (i => new() { Id = Guid.NewGuid(), Paths = ["/"], Methods = [$"M{i}"] }, i => Get("/", method: $"M{i}")),
        ["a header and a method"] = (i => new() { Id = Guid.NewGuid(), Paths = ["/"], Methods = [$"M{i % 100}"], Headers = new() { ["A"] = [$"{i / 100}"] } }, i => Get("/", method: $"M{i % 100}", headers: new HeaderDictionary { ["a"] = $"{i / 100}" })),
        ["destinations"] = (i => new() { Id = Guid.NewGuid(), Destinations = [new(Ip(i), null)] }, i => To(Ip(i), 80)),
        ["destinations with ports"] = (i => new() { Id = Guid.NewGuid(), Destinations = [new(Ip(i / 100), 1000 + (i % 100))] }, i => To(Ip(i / 100), 1000 + (i % 100))),
        ["destination ports"] = (i => new() { Id = Guid.NewGuid(), Paths = ["/"], Destinations = [new(null, 1000 + i)] }, i => To("10.0.0.1", 1000 + i)),
        ["destination ranges"] = (i => new() { Id = Guid.NewGuid(), Hosts = ["test"], Destinations = [new($"2001:db8:{i:x}::/48", null)] }, i => To($"2001:db8:{i:x}::1", 80)),
        ["nested ranges of sources"] = (i => new() { Id = Guid.NewGuid(), Sources = [new(i % 16 == 0 ? $"{Ip(i)}/28" : Ip(i), null)] }, i => To("10.0.0.1", 80, Ip(i))),
        ["regexes behind prefixes"] = (i => new() { Id = Guid.NewGuid(), Paths = [$"~/service-{i}/[0-9]+$"] }, i => Get($"/service-{i}/42")),
    };

    private static string Ip(int number) => $"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}";

    private static RouteQuery To(string destination, int port, string source = "192.0.2.1") => Get("/") with
    {
        Ends = new(IPAddress.Parse(source), new IPEndPoint(IPAddress.Parse(source), 4711), new IPEndPoint(IPAddress.Parse(destination), port), port),
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_match_tests_a_bounded_number_of_candidates(string shape)
    {
        (Func<int, Route> make, Func<int, RouteQuery> ask) = Shapes[shape];
        Route[] routes = [.. Enumerable.Range(0, Many).Select(make)];
        RouteTable table = Tables.Of(routes);
        for (int i = 0; i < Many; i += Many / 50)
        {
            RouteQuery query = ask(i);
            var search = new RouteSearch(query);
            table.Search(ref search);
            Assert.Same(routes[i], search.Best?.Route);
            Assert.InRange(search.Tested, 1, MostTested);
        }
    }

    [Fact]
    public void A_trace_names_every_candidate_that_was_tested()
    {
        Route post = new() { Id = Id(1), Paths = ["/a"], Methods = ["POST"] };
        Route get = new() { Id = Id(2), Paths = ["/"] };
        RouteQuery query = Get("/a");
        var search = new RouteSearch(query) { Trace = [] };
        Tables.Of(post, get).Search(ref search);
        Assert.Equal([post, get], search.Trace!.Select(candidate => candidate.Route));
    }

    [Fact]
    public void A_match_of_a_route_without_regex_allocates_nothing()
    {
        Route route = new()
        {
            Id = Id(1), Hosts = ["test", "*.test", "x.*"], Paths = ["/a/b"], Methods = ["GET"], Headers = new() { ["X-Tenant"] = ["one"] },
        };
        Route[] addressed = [.. Enumerable.Range(100, 20).Select(i => new Route { Id = Id(i), Destinations = [new($"10.0.{i}.0/24", i)] })];
        RouteTable table = Tables.Of([route, new() { Id = Id(2), Paths = ["~/a/(b|c)"] }, .. Enumerable.Range(10, 20).Select(i => route with { Id = Id(i), Headers = new() { ["X-Tenant"] = [$"t{i}"] } }), .. addressed]);
        RouteQuery there = To("10.0.103.7", 103) with { Path = "/c" };
        Assert.Equal(addressed[3], table.Match(there));
        RouteQuery query = Get("/a/b/c", "y.test", headers: new HeaderDictionary { ["x-tenant"] = "ONE" });
        Assert.Equal(route, table.Match(query));
        RouteQuery miss = query with { Path = "/b" };
        Assert.Null(table.Match(miss));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            table.TryMatch(query, out _);
            table.TryMatch(miss, out _);
            table.TryMatch(there, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
