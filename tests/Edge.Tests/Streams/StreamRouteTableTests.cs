using System.Net;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Streams.Routing;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Sync;

namespace Mesh.Edge.Tests.Streams;

public sealed class StreamRouteTableTests
{
    private readonly EdgeCompiler compiler = new(PluginCatalog.Default, _ => ValueTask.CompletedTask);
    private EdgeSnapshot snapshot;
    private long revision;

    public StreamRouteTableTests() => snapshot = compiler.Empty;

    [Fact]
    public void Kongs_order_decides()
    {
        // Best first, as router/transform.lua weighs them.
        string[] order =
        [
            """ "sources":[{"ip":"10.0.0.1","port":9}],"destinations":[{"ip":"10.0.0.2","port":5000}] """,
            """ "sources":[{"ip":"10.0.0.1"}],"destinations":[{"ip":"10.0.0.2"}] """,
            """ "sources":[{"port":9}],"destinations":[{"ip":"10.0.0.0/8"}] """,
            """ "snis":["a.test"],"destinations":[{"ip":"10.0.0.2"}] """,
            """ "snis":["a.test"] """,
            """ "sources":[{"ip":"10.0.0.1","port":9}] """,
            """ "sources":[{"ip":"10.0.0.1"}] """,
            """ "sources":[{"port":9}] """,
            """ "sources":[{"ip":"10.0.0.0/8"}] """,
            """ "destinations":[{"ip":"10.0.0.2","port":5000}] """,
            """ "destinations":[{"ip":"10.0.0.2"}] """,
            """ "destinations":[{"port":5000}] """,
            """ "destinations":[{"ip":"0.0.0.0/0"}] """,
        ];
        Apply([.. order.Select((match, i) => Route(i + 1, "tls", match)).Reverse()]);
        for (int best = 1; best <= order.Length; best++)
        {
            Assert.Equal(best, Match("10.0.0.1", 9, "10.0.0.2", 5000, "a.test"));
            Apply(Documents.Delete(EntityKinds.Routes, best));
        }

        Assert.Null(Match("10.0.0.1", 9, "10.0.0.2", 5000, "a.test"));
    }

    [Theory]
    [InlineData("a.test", 1)]
    [InlineData("b.a.test", 2)]
    [InlineData("c.b.a.test", 2)]
    [InlineData("shop.example", 3)]
    [InlineData("other.test", null)]
    [InlineData(null, null)]
    public void Names_match_exactly_or_by_a_wildcard_that_spans_labels(string? sni, int? route)
    {
        Apply(Route(1, "tls", StreamEdge.Sni("A.test.")), Route(2, "tls_passthrough", StreamEdge.Sni("*.a.test")), Route(3, "tls", StreamEdge.Sni("shop.*")));
        Assert.Equal(route, Match("10.0.0.1", 9, "10.0.0.2", 5000, sni));
    }

    [Fact]
    public void Names_do_not_count_where_there_is_no_TLS()
    {
        Apply(Documents.Put(EntityKinds.Routes, 1, $$"""{"id":"{{Documents.Id(1)}}","protocols":["tcp","tls"],"snis":["a.test"]}"""));
        Assert.Equal(1, Match("10.0.0.1", 9, "10.0.0.2", 5000, null, RequestProtocols.Tcp));
        Assert.Null(Match("10.0.0.1", 9, "10.0.0.2", 5000, "b.test"));
        Assert.Equal(1, Match("10.0.0.1", 9, "10.0.0.2", 5000, "a.test"));
    }

    [Fact]
    public void A_route_takes_only_streams_of_its_protocols()
    {
        Apply(Route(1, "udp", """ "destinations":[{"port":53}] """), Route(2, "tcp", """ "destinations":[{"port":53}] """));
        Assert.Equal(1, Match("10.0.0.1", 9, "10.0.0.2", 53, null, RequestProtocols.Udp));
        Assert.Equal(2, Match("10.0.0.1", 9, "10.0.0.2", 53, null, RequestProtocols.Tcp));
    }

    [Theory]
    [InlineData("10.1.2.3", 1)]
    [InlineData("::ffff:10.1.2.3", 1)]
    [InlineData("11.1.2.3", null)]
    [InlineData("2001:db8::5", 2)]
    [InlineData("2001:db9::5", null)]
    public void Ranges_of_both_families_match(string source, int? route)
    {
        Apply(Route(1, "tls", """ "sources":[{"ip":"10.0.0.0/8"}] """), Route(2, "tls", """ "sources":[{"ip":"2001:db8::/32"},{"ip":"192.0.2.1"}] """));
        Assert.Equal(route, Match(source, 9, "10.0.0.2", 5000, null));
    }

    [Fact]
    public void Of_equals_the_greater_id_wins_and_routes_of_a_disabled_service_stand_aside()
    {
        Apply(
            StreamEdge.Service(10, 80),
            Route(1, "tcp", """ "destinations":[{"port":1},{"port":2}] """),
            StreamEdge.Route(2, 10, "tcp", """ "destinations":[{"port":1}] """));
        Assert.Equal(2, Match("10.0.0.1", 9, "10.0.0.2", 1, null, RequestProtocols.Tcp));
        Apply(StreamEdge.Service(10, 80, extra: ",\"enabled\":false"));
        Assert.Equal(1, Match("10.0.0.1", 9, "10.0.0.2", 1, null, RequestProtocols.Tcp));
        Apply(StreamEdge.Service(10, 80));
        Assert.Equal(2, Match("10.0.0.1", 9, "10.0.0.2", 1, null, RequestProtocols.Tcp));
        Assert.Equal(1, Match("10.0.0.1", 9, "10.0.0.2", 2, null, RequestProtocols.Tcp));
    }

    [Fact]
    public void What_cannot_be_read_is_refused_alone()
    {
        Apply(Route(1, "tcp", """ "sources":[{"ip":"10.0.0.0/33"}] """), Route(2, "tcp", """ "sources":[{"ip":"10.0.0.1"}] """));
        Assert.Equal(Documents.Id(1), Assert.Single(snapshot.Problems).Id);
        Assert.Equal(2, Match("10.0.0.1", 9, "10.0.0.2", 1, null, RequestProtocols.Tcp));
    }

    private static EntityChange Route(int number, string protocol, string match) =>
        Documents.Put(EntityKinds.Routes, number, $$"""{"id":"{{Documents.Id(number)}}","protocols":["{{protocol}}"],{{match}}}""");

    private void Apply(params EntityChange[] changes) => snapshot = compiler.Apply(snapshot, ++revision, changes);

    private int? Match(string source, int sourcePort, string destination, int port, string? sni, RequestProtocols protocols = RequestProtocols.Tls | RequestProtocols.TlsPassthrough | RequestProtocols.Tcp)
    {
        var query = new StreamQuery(protocols, AddressBits.Of(IPAddress.Parse(source)), sourcePort, AddressBits.Of(IPAddress.Parse(destination)), port, sni);
        return snapshot.StreamRoutes.Match(query) is { } route ? Enumerable.Range(1, 50).First(number => Documents.Id(number) == route.Id) : null;
    }
}
