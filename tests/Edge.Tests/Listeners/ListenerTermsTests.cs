using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins.IpRestriction;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Listeners;

/// <summary>Limits and PROXY protocol of single listeners, over real sockets.</summary>
public sealed class ListenerTermsTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static readonly AddressSet Loopback = new(["127.0.0.1"]);
    private static readonly Guid Id = Guid.NewGuid();

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 4711 443\r\n", "192.0.2.1:4711 198.51.100.2:443")]
    [InlineData("PROXY UNKNOWN\r\n", "127.0.0.1")]
    public async Task A_trusted_peer_says_who_the_client_is_even_byte_by_byte(string header, string seen)
    {
        await using TestEdge edge = await Start();
        int port = await Bind(edge, "127.0.0.1:0 proxy_protocol http2", new ListenerTerms { Trusted = Loopback });

        await using RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await client.SendBytewiseAsync(header + Request);
        Assert.Contains(seen, await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("192.0.2.7", "PROXY TCP4 192.0.2.1 198.51.100.2 4711 443\r\n")]
    [InlineData("127.0.0.1", "")]
    public async Task Without_a_header_from_a_trusted_peer_there_is_no_connection(string trusted, string header)
    {
        await using TestEdge edge = await Start();
        int port = await Bind(edge, "127.0.0.1:0 proxy_protocol", new ListenerTerms { Trusted = new AddressSet([trusted]) });

        Assert.Equal("", await Answer(port, header + Request));
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
    }

    [Fact]
    public async Task Proxy_protocol_that_nobody_may_send_is_not_bound()
    {
        await using TestEdge edge = await Start();
        ListenerReport report = await edge.BindAsync("127.0.0.1:0 proxy_protocol", "other");

        Assert.Equal(ListenerState.Failed, report.State);
        Assert.Contains("MESH_TRUSTED_IPS", report.Reason);
    }

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    public async Task Connections_over_a_limit_are_closed_and_a_place_is_free_again(int all, int perAddress)
    {
        await using TestEdge edge = await Start();
        var terms = new ListenerTerms { MaxConnections = all, MaxConnectionsPerAddress = perAddress };
        int port = await Bind(edge, "127.0.0.1:0", terms);
        var address = new IPEndPoint(IPAddress.Loopback, port);

        RawClient first = await RawClient.ConnectAsync(address);
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await first.ReadUntilAsync("127.0.0.1");
        Assert.Equal("", await Answer(port, Request));
        Assert.Equal(1, edge.Server.Reports().Single(report => report.Id == Id).Refused);
        await first.DisposeAsync();
        await TestEdge.UntilAsync(() => edge.Server.Reports().Single(report => report.Id == Id).Connections == 0);
        await using RawClient third = await RawClient.ConnectAsync(address);
        await third.SendAsync(Request);
        Assert.Contains("200 OK", await third.ReadToEndAsync());
        await TestEdge.UntilAsync(() => terms.Load.Addresses == 0);
    }

    [Fact]
    public async Task New_terms_hold_without_a_new_socket()
    {
        await using TestEdge edge = await Start();
        int port = await Bind(edge, "127.0.0.1:0", new ListenerTerms());
        ListenerReport changed = await edge.Server.BindAsync(Id, "renamed", TestEdge.Directive($"127.0.0.1:{port}"), new ListenerTerms { MaxConnections = 0 }, CancellationToken.None);

        Assert.Equal((ListenerState.Bound, "renamed"), (changed.State, changed.Name));
        Assert.Equal("", await Answer(port, Request));
    }

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.0/8")]
    [InlineData("127.0.0.1:0 http2", "127.0.0.1")]
    [InlineData("127.0.0.1:0 deferred", "127.0.0.1")]
    [InlineData("[::]:0 ipv6only=off", "127.0.0.1")]
    [InlineData("[::]:0 ipv6only=off", "::ffff:127.0.0.1")]
    public async Task Only_who_is_allowed_connects_and_others_are_counted(string directive, string allowed)
    {
        await using TestEdge edge = await Start();
        int port = await Bind(edge, directive, new ListenerTerms { Allowed = new AddressSet([allowed]) });
        Assert.Contains("200 OK", await Answer(port, Request));
        Assert.Equal(0, RefusedBy(edge));

        // The same socket, and somebody else: the next connection is refused.
        int same = await Bind(edge, directive.Replace(":0", $":{port}", StringComparison.Ordinal), new ListenerTerms { Allowed = new AddressSet(["192.0.2.0/24", "::1"]) });
        Assert.Equal(port, same);
        Assert.Equal("", await Answer(port, Request));
        await TestEdge.UntilAsync(() => RefusedBy(edge) == 1);
    }

    [Fact]
    public async Task Who_is_not_allowed_gets_no_handshake()
    {
        await using TestEdge edge = await Start();
        int port = await Bind(edge, "127.0.0.1:0 ssl", new ListenerTerms { Allowed = new AddressSet(["::1"]) });

        await Assert.ThrowsAnyAsync<Exception>(() => RawClient.ConnectTlsAsync(new IPEndPoint(IPAddress.Loopback, port), "any.test"));
        await TestEdge.UntilAsync(() => RefusedBy(edge) == 1);
    }

    /// <summary>A header could say anything.</summary>
    [Theory]
    [InlineData("127.0.0.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    public async Task With_the_PROXY_protocol_the_peer_is_who_must_be_allowed(string allowed, string client, bool connects)
    {
        await using TestEdge edge = await Start();
        int port = await Bind(edge, "127.0.0.1:0 proxy_protocol", new ListenerTerms { Trusted = Loopback, Allowed = new AddressSet([allowed]) });

        string answer = await Answer(port, $"PROXY TCP4 {client} 198.51.100.2 4711 443\r\n{Request}");
        Assert.Equal(connects, answer.Contains($"{client}:4711", StringComparison.Ordinal));
        Assert.Equal(connects ? 0 : 1, RefusedBy(edge));
    }

    [Theory]
    [InlineData("127.0.0.1:0", "GET / HTTP/1.1\r\nHost: ")]
    [InlineData("127.0.0.1:0 ssl", "")]
    [InlineData("127.0.0.1:0 http2", "")]
    public async Task Headers_and_handshakes_have_the_listeners_own_time(string directive, string begun)
    {
        await using TestEdge edge = await Start();
        TimeSpan limit = TimeSpan.FromMilliseconds(50);
        int port = await Bind(edge, directive, new ListenerTerms { HandshakeTimeout = limit, HeaderTimeout = limit });

        await using RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await client.SendAsync(begun);
        using var guard = new CancellationTokenSource(EdgeLimit / 2);
        int read = await client.Socket.ReceiveAsync(new byte[1], guard.Token).AsTask().ContinueWith(task => task.IsFaulted ? 0 : task.Result, TaskScheduler.Default);
        Assert.Equal(0, read);
    }

    /// <summary>What the server would give without the listener's own limits.</summary>
    private static TimeSpan EdgeLimit => new EdgeServerLimits().HandshakeTimeout;

    private static Task<TestEdge> Start() => TestEdge.StartAsync("127.0.0.1:0", (http, _) =>
    {
        ConnectionFacts facts = http.Features.Get<ConnectionFacts>()!;
        return http.Response.WriteAsync($"{facts.RemoteEndPoint} {facts.LocalEndPoint}");
    });

    /// <summary>What comes back on a connection of its own; nothing when it is closed or reset, at whatever moment.</summary>
    private static async Task<string> Answer(int port, string request)
    {
        try
        {
            await using RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            await client.SendAsync(request);
            return await client.ReadToEndAsync();
        }
        catch (Exception reset) when (reset is SocketException or IOException)
        {
            return "";
        }
    }

    private static long RefusedBy(TestEdge edge) => edge.Server.Reports().Single(report => report.Id == Id).Refused;

    private static async Task<int> Bind(TestEdge edge, string directive, ListenerTerms terms)
    {
        ListenerReport report = await edge.Server.BindAsync(Id, "limited", TestEdge.Directive(directive), terms, CancellationToken.None);
        Assert.Null(report.Reason);
        return TestEdge.PortOf(report);
    }
}
