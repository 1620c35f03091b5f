using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Streams;
using Mesh.Edge.Tests.Listeners;

namespace Mesh.Edge.Tests.Streams;

/// <summary>Datagrams over real sockets.</summary>
public sealed class UdpStreamTests
{
    private static readonly string Udp = """ "sources":[{"ip":"127.0.0.0/8"}] """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_client_gets_the_answers_to_its_own_datagrams()
    {
        using var target = new UdpEcho();
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0 udp", null, StreamEdge.Service(1, target.Port, "udp"), StreamEdge.Route(2, 1, "udp", Udp));
        using UdpClient first = Client(edge);
        using UdpClient second = Client(edge);

        Assert.Equal("a", await AskAsync(first, "a"));
        Assert.Equal("b", await AskAsync(second, "b"));
        Assert.Equal("c", await AskAsync(first, "c"));
        string large = new('x', 60_000);
        Assert.Equal(large, await AskAsync(second, large));

        Assert.Equal(2, target.Clients);
        Assert.Equal(2, edge.Server.OpenStreams);
    }

    [Fact]
    public async Task A_session_ends_when_nothing_comes_and_is_counted()
    {
        using var target = new UdpEcho();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 udp", null, StreamEdge.Service(1, target.Port, "udp", extra: ",\"read_timeout\":400"), StreamEdge.Route(2, 1, "udp", Udp));
        using UdpClient client = Client(edge);

        Assert.Equal("once", await AskAsync(client, "once"));
        TrafficSample sample = await edge.TrafficOfRouteAsync(2);
        Assert.Equal((1, 4, 4), (sample.Requests, sample.BytesIn, sample.BytesOut));
        await TestEdge.UntilAsync(() => edge.Server.OpenStreams == 0);
        Assert.Equal("again", await AskAsync(client, "again"));
    }

    [Fact]
    public async Task Beyond_the_bound_datagrams_of_new_clients_are_dropped()
    {
        using var target = new UdpEcho();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 udp", new StreamLimits { MaxUdpSessions = 1 }, StreamEdge.Service(1, target.Port, "udp"), StreamEdge.Route(2, 1, "udp", Udp));
        using UdpClient first = Client(edge);
        using UdpClient second = Client(edge);

        Assert.Equal("a", await AskAsync(first, "a"));
        await second.SendAsync("b"u8.ToArray(), Cancel);
        Assert.Equal("c", await AskAsync(first, "c"));
        Assert.Equal(1, target.Clients);
        Assert.Equal(1, edge.Server.OpenStreams);
    }

    [Fact]
    public async Task Datagrams_of_who_is_not_allowed_begin_no_session()
    {
        using var target = new UdpEcho();
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0 udp", null, StreamEdge.Service(1, target.Port, "udp"), StreamEdge.Route(2, 1, "udp", Udp));
        await edge.Allow("192.0.2.1");
        using UdpClient client = Client(edge);

        await client.SendAsync("refused"u8.ToArray(), Cancel);
        await TestEdge.UntilAsync(() => edge.Server.Reports()[0].Refused == 1);
        Assert.Equal((0, 0), (target.Clients, edge.Server.OpenStreams));

        await edge.Allow("127.0.0.0/8");
        Assert.Equal("allowed", await AskAsync(client, "allowed"));
    }

    [Theory]
    [InlineData("0.0.0.0:0 udp")]
    [InlineData("[::]:0 udp ipv6only=off")]
    public async Task On_a_wildcard_address_the_address_that_was_asked_counts_and_answers(string listen)
    {
        using var one = new UdpEcho();
        using var two = new UdpEcho();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            listen,
            null,
            StreamEdge.Service(1, one.Port, "udp"),
            StreamEdge.Service(2, two.Port, "udp"),
            StreamEdge.Route(3, 1, "udp", """ "destinations":[{"ip":"127.0.0.2"}] """),
            StreamEdge.Route(4, 2, "udp", """ "destinations":[{"ip":"127.0.0.3"},{"ip":"::1"}] """));

        // A socket that is connected takes datagrams from the address that it is connected to and from no other.
        var sent = new List<string>();
        foreach (string asked in listen.StartsWith('[') ? new[] { "127.0.0.2", "127.0.0.3", "::1" } : ["127.0.0.2", "127.0.0.3"])
        {
            IPAddress address = IPAddress.Parse(asked);
            using var client = new UdpClient(address.AddressFamily);
            client.Connect(address, edge.EndPoint.Port);
            Assert.Equal(asked, await AskAsync(client, asked));
            Assert.Equal("", await AskAsync(client, ""));
            sent.Add(asked);
        }

        Assert.Equal((1, sent.Count - 1), (one.Clients, two.Clients));
        Assert.Equal(sent.Count, edge.Server.OpenStreams);
    }

    [Fact]
    public async Task A_target_that_is_gone_gives_way_to_another_one()
    {
        using var alive = new UdpEcho();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 udp",
            null,
            TcpStreamTests.Upstream(5, "pool.test"),
            TcpStreamTests.Target(6, 5, $"127.0.0.1:{TcpTarget.DeadPort()}"),
            TcpStreamTests.Target(7, 5, $"127.0.0.1:{alive.Port}"),
            StreamEdge.Service(1, 80, "udp", "pool.test"),
            StreamEdge.Route(2, 1, "udp", Udp));
        using UdpClient client = Client(edge);

        // Datagrams get lost; who wants an answer asks again.
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        Task<UdpReceiveResult> answer = client.ReceiveAsync(guard.Token).AsTask();
        while (!answer.IsCompleted)
        {
            await client.SendAsync("hello"u8.ToArray(), guard.Token);
            await Task.WhenAny(answer, Task.Delay(10, guard.Token));
        }

        Assert.Equal("hello", Encoding.UTF8.GetString((await answer).Buffer));
    }

    private static UdpClient Client(StreamEdge edge)
    {
        var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(edge.EndPoint);
        return client;
    }

    private static async Task<string> AskAsync(UdpClient client, string text)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(text), Cancel);
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        return Encoding.UTF8.GetString((await client.ReceiveAsync(guard.Token)).Buffer);
    }

    /// <summary>Sends datagrams back.</summary>
    private sealed class UdpEcho : IDisposable
    {
        private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly HashSet<IPEndPoint> clients = [];

        public UdpEcho() => _ = RunAsync();

        public int Port => ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

        public int Clients
        {
            get
            {
                lock (clients)
                {
                    return clients.Count;
                }
            }
        }

        public void Dispose() => socket.Dispose();

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    UdpReceiveResult datagram = await socket.ReceiveAsync();
                    lock (clients)
                    {
                        clients.Add(datagram.RemoteEndPoint);
                    }

                    await socket.SendAsync(datagram.Buffer, datagram.RemoteEndPoint);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                socket.Dispose();
            }
        }
    }
}
