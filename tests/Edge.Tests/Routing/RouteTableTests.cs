using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;
using static Mesh.Edge.Tests.Routing.Tables;

namespace Mesh.Edge.Tests.Routing;

public class RouteTableTests
{
    private static readonly Route AnyHost = new() { Id = Id(1), Paths = ["/"] };

    [Fact]
    public void An_empty_table_matches_nothing() => Assert.Null(RouteTable.Empty.Match(Get("/")));

    [Theory]
    [InlineData("/my-route", true)]
    [InlineData("/my-route-uri", true)] // characters, not segments
    [InlineData("/my-rout", false)]
    [InlineData("/My-route", false)]
    public void A_plain_path_is_a_prefix(string path, bool matches) =>
        Assert.Equal(matches, Of(new Route { Id = Id(1), Paths = ["/my-route"] }).Match(Get(path)) is not null);

    [Theory]
    [InlineData("~/v[0-9]+", "/v12/x", 4)] // anchored at the start only
    [InlineData("~/v[0-9]+$", "/v12/x", null)]
    [InlineData("~/v[0-9]+$", "/v1\n", null)] // the end is the end, not a newline before it
    [InlineData("~/(?P<a>x)", "/x", 2)]
    [InlineData("~/x", "/a/x", null)]
    [InlineData("~/x|/b", "/a/b", 2)] // only the first branch is anchored
    [InlineData("~/[[:alpha:]]+", "/ab1", 3)]
    [InlineData("~/(a+)+$", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", null)] // no catastrophe
    [InlineData("~/X", "/x", null)]
    public void A_regex_path_is_matched_as_Kong_does(string path, string request, int? matched) =>
        Assert.Equal(matched, Of(new Route { Id = Id(1), Paths = [path] }).TryMatch(Get(request), out RouteMatch match) ? match.PrefixLength : null);

    [Theory]
    [InlineData("example.com", "example.com", 80, true)]
    [InlineData("example.com", "example.com", 81, true)]
    [InlineData("example.com", "Example.com", 80, false)] // as sent
    [InlineData("example.com:81", "example.com", 81, true)]
    [InlineData("example.com:81", "example.com", 80, false)]
    [InlineData("*.example.com", "a.b.example.com", 80, true)] // wildcards span labels
    [InlineData("*.example.com", "example.com", 80, false)]
    [InlineData("*.example.com:81", "a.example.com", 80, false)]
    [InlineData("example.*", "example.co.uk", 80, true)]
    [InlineData("example.*", "an.example.com", 80, false)]
    public void A_host_is_exact_or_a_wildcard_and_may_name_a_port(string host, string sent, int port, bool matches) =>
        Assert.Equal(matches, Of(new Route { Id = Id(1), Hosts = [host] }).Match(Get("/", sent, port: port)) is not null);

    [Theory]
    [InlineData("X-Tenant", "One", "x-tenant", "oNE", true)]
    [InlineData("X-Tenant", "one", "X_Tenant", "one", true)]
    [InlineData("x_a_b_c_d", "one", "X-A-B-C-D", "one", true)]
    [InlineData("X-Tenant", "one", "X-Tenant", "one, two", false)]
    [InlineData("X-Tenant", "~*^O.E", "X-Tenant", "onEs", true)] // a regex is not anchored at the end
    [InlineData("X-Tenant", "~*one$", "X-Tenant", "ones", false)]
    [InlineData("X-Tenant", "~*^\\S+$", "X-Tenant", "one", false)] // the trap: lower-cased, it asks for white space
    public void A_header_value_is_compared_in_lower_case(string name, string value, string sentName, string sent, bool matches)
    {
        var route = new Route { Id = Id(1), Headers = new() { [name] = [value] } };
        Assert.Equal(matches, Of(route).Match(Get("/", headers: new HeaderDictionary { [sentName] = sent })) is not null);
    }

    [Fact]
    public void Any_value_of_a_header_may_match_and_all_names_must()
    {
        RouteTable table = Of(new Route { Id = Id(1), Headers = new() { ["a"] = ["1", "2"], ["b"] = ["3"] } });
        Assert.NotNull(table.Match(Get("/", headers: new HeaderDictionary { ["a"] = new(["0", "2"]), ["b"] = "3" })));
        Assert.Null(table.Match(Get("/", headers: new HeaderDictionary { ["a"] = "1" })));
    }

    [Theory]
    [InlineData("a.test", "a.test", true)]
    [InlineData("a.test.", "a.test", true)]
    [InlineData("*.test", "x.a.test", true)]
    [InlineData("a.*", "a.test", true)]
    [InlineData("a.test", "b.test", false)]
    [InlineData("a.test", null, false)]
    public void An_sni_is_compared_on_tls_and_left_out_without(string sni, string? sent, bool matches)
    {
        RouteTable table = Of(new Route { Id = Id(1), Paths = ["/"], Snis = [sni], Protocols = ["https"] });
        Assert.Equal(matches, table.Match(GetTls("/", sent)) is not null);
        Assert.NotNull(table.Match(Get("/")));
    }

    [Fact]
    public void A_method_is_compared_in_its_case()
    {
        RouteTable table = Of(new Route { Id = Id(1), Methods = ["GET"] });
        Assert.NotNull(table.Match(Get("/")));
        Assert.Null(table.Match(Get("/", method: "get")));
        Assert.Null(table.Match(Get("/", method: "POST")));
    }

    [Fact]
    public void Protocols_take_no_part_and_stream_routes_are_elsewhere()
    {
        Route https = new() { Id = Id(1), Paths = ["/a"], Protocols = ["https"] };
        Route grpc = new() { Id = Id(2), Paths = ["/b"], Protocols = ["grpc"] };
        Route tcp = new() { Id = Id(3), Snis = ["test"], Protocols = ["tls"] };
        RouteTable table = Of(https, grpc, tcp);
        Assert.Equal(https, table.Match(Get("/a")));
        Assert.Equal(grpc, table.Match(Get("/b")));
        Assert.Null(table.Match(GetTls("/c", "test")));
    }

    public static TheoryData<string, Route, Route> Contests => new()
    {
        { "more criteria beat a plain host", new() { Id = Id(1), Paths = ["/"], Methods = ["GET"], Headers = new() { ["h"] = ["1"] } }, new() { Id = Id(9), Hosts = ["test"], Paths = ["/a/b"] } },
        { "two criteria of a wildcard beat one of the exact host", new() { Id = Id(1), Hosts = ["*est"], Paths = ["/"] }, new() { Id = Id(9), Hosts = ["test"] } },
        { "a plain host beats a wildcard with a longer path", new() { Id = Id(1), Hosts = ["test"], Paths = ["/"] }, new() { Id = Id(9), Hosts = ["*est"], Paths = ["/a/b"] } },
        { "a wildcard among the hosts makes all of them wildcards", new() { Id = Id(1), Hosts = ["test"], Paths = ["/"] }, new() { Id = Id(9), Hosts = ["test", "x.*"], Paths = ["/a/b"] } },
        { "more header names beat a regex", new() { Id = Id(1), Paths = ["/"], Headers = new() { ["h"] = ["1"], ["i"] = ["2"] } }, new() { Id = Id(9), Paths = ["~/a"], Headers = new() { ["h"] = ["1"] } } },
        { "a regex beats a longer plain path", new() { Id = Id(1), Paths = ["~/a"] }, new() { Id = Id(9), Paths = ["/a/b"] } },
        { "regex_priority decides between regexes", new() { Id = Id(1), Paths = ["~/a"], RegexPriority = 2 }, new() { Id = Id(9), Paths = ["~/a/b"], RegexPriority = 1 } },
        { "a plain path ignores regex_priority", new() { Id = Id(1), Paths = ["/a/b"] }, new() { Id = Id(9), Paths = ["/a"], RegexPriority = 9 } },
        { "the longer plain path wins", new() { Id = Id(1), Paths = ["/a/b"] }, new() { Id = Id(9), Paths = ["/a/"] } },
        { "each path of a route has its own length", new() { Id = Id(1), Paths = ["/a/"] }, new() { Id = Id(9), Paths = ["/x/much/longer", "/a"] } },
        { "regexes are equal in length: the greater id wins", new() { Id = Id(9), Paths = ["~/a"] }, new() { Id = Id(1), Paths = ["~/a/b"] } },
        { "between equals the greater id wins", new() { Id = Id(9), Hosts = ["test"] }, new() { Id = Id(1), Hosts = ["test"] } },
    };

    [Theory]
    [MemberData(nameof(Contests))]
    public void The_highest_priority_wins(string rule, Route winner, Route loser)
    {
        RouteQuery query = Get("/a/b/c", headers: new HeaderDictionary { ["h"] = "1", ["i"] = "2" });
        Assert.True(winner == Of(winner, loser).Match(query), rule);
        Assert.True(winner == Of(loser, winner).Match(query), rule);
        Assert.Equal(loser, Of(loser).Match(query));
    }

    [Theory]
    [InlineData("~/(")]
    [InlineData("~/(?=x)")]
    [InlineData("~/(a)\\1")]
    [InlineData("~/[a-z&&[b]]")]
    [InlineData("~/[a[b]]")]
    [InlineData("~/((a{99}){99}){99}")]
    public void A_route_that_cannot_be_compiled_is_refused_alone(string path)
    {
        Route bad = new() { Id = Id(2), Paths = [path, "/a"] };
        RouteTable table = Of(out ConfigChanges changes, bad, AnyHost);
        Assert.Equal(("routes", bad.Id), (Assert.Single(changes.Problems).Kind, changes.Problems[0].Id));
        Assert.Equal(AnyHost, table.Match(Get("/a")));

        var removal = new ConfigChanges { Revision = 2 };
        removal.Routes.Add(new Changed<Route>(bad.Id, bad, null));
        Assert.Equal(AnyHost, table.Apply(removal, EntityStore.Empty).Match(Get("/a")));
        Assert.Empty(removal.Problems);
    }

    [Fact]
    public void A_header_regex_or_an_empty_list_of_values_is_refused()
    {
        Of(out ConfigChanges changes,
            new Route { Id = Id(1), Headers = new() { ["a"] = ["~*("] } },
            new Route { Id = Id(2), Headers = new() { ["a"] = [] } });
        Assert.Equal(2, changes.Problems.Count);
    }

    [Fact]
    public void An_older_table_answers_as_before_after_it_was_changed()
    {
        RouteTable before = Of(AnyHost);
        Route better = new() { Id = Id(2), Paths = ["/a"] };
        var changes = new ConfigChanges { Revision = 2 };
        changes.Routes.Add(new Changed<Route>(better.Id, null, better));
        RouteTable after = before.Apply(changes, EntityStore.Empty);
        Assert.Equal((AnyHost, better), (before.Match(Get("/a")), after.Match(Get("/a"))));
    }

    [Fact]
    public void Routes_of_a_disabled_service_are_left_out_until_it_is_enabled()
    {
        Service service = new() { Id = Id(100), Host = "h" };
        Route route = new() { Id = Id(2), Paths = ["/a"], Service = new EntityRef(service.Id) };
        var add = new ConfigChanges { Revision = 1 };
        add.Services.Add(new Changed<Service>(service.Id, null, service));
        add.Routes.AddRange([new(route.Id, null, route), new(AnyHost.Id, null, AnyHost)]);
        EntityStore store = Store(add, EntityStore.Empty);
        RouteTable table = RouteTable.Empty.Apply(add, store);
        Assert.Equal(route, table.Match(Get("/a")));

        (table, store) = Switch(table, store, service, service with { Enabled = false });
        Assert.Equal(AnyHost, table.Match(Get("/a")));

        (table, _) = Switch(table, store, service with { Enabled = false }, service);
        Assert.Equal(route, table.Match(Get("/a")));
    }

    private static (RouteTable Table, EntityStore Store) Switch(RouteTable table, EntityStore store, Service before, Service after)
    {
        var changes = new ConfigChanges { Revision = 2 };
        changes.Services.Add(new Changed<Service>(before.Id, before, after));
        EntityStore next = Store(changes, store);
        return (table.Apply(changes, next), next);
    }
}
