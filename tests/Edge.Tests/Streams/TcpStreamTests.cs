using System.Net.Sockets;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Streams;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Sync;

namespace Mesh.Edge.Tests.Streams;

/// <summary>Clear text over real sockets: relay, half-close, timeouts, drain, balancing.</summary>
public sealed class TcpStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_side_may_finish_before_the_other_one()
    {
        await using var target = TcpTarget.Named("one");
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));

        // The target answers only when it has seen the end of what the client says.
        Assert.Equal("one:hello", await edge.ExchangeAsync("hello"));

        TrafficSample sample = await edge.TrafficOfRouteAsync(2);
        Assert.Equal((1, 5, 9, 0), (sample.Requests, sample.BytesIn, sample.BytesOut, sample.Failures));
        Assert.Equal([0, 1, 0, 0, 0], sample.Statuses);
    }

    [Fact]
    public async Task The_target_may_finish_first_and_still_hear_the_client()
    {
        var heard = new TaskCompletionSource<string>();
        await using var target = new TcpTarget(async stream =>
        {
            stream.Socket.Shutdown(SocketShutdown.Send);
            heard.SetResult(await StreamEdge.ReadToEndAsync(stream));
        });
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));

        using Socket client = await edge.ConnectAsync();
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
        await client.SendAsync("afterwards"u8.ToArray(), Cancel);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("afterwards", await heard.Task.WaitAsync(TestEdge.Guard, Cancel));
    }

    [Fact]
    public async Task Many_megabytes_come_through_unchanged_both_ways_at_once()
    {
        await using var target = TcpTarget.Echo();
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();
        byte[] sent = new byte[16 * 1024 * 1024];
        Random.Shared.NextBytes(sent);

        Task sending = Task.Run(async () =>
        {
            await new NetworkStream(client).WriteAsync(sent, Cancel);
            client.Shutdown(SocketShutdown.Send);
        }, Cancel);
        byte[] received = new byte[sent.Length + 1];
        int count = await new NetworkStream(client).ReadAtLeastAsync(received, received.Length, throwOnEndOfStream: false, Cancel);
        await sending;

        Assert.Equal(sent.Length, count);
        Assert.True(sent.AsSpan().SequenceEqual(received.AsSpan(0, count)));
    }

    [Fact]
    public async Task A_connection_that_no_route_takes_is_closed_and_counted()
    {
        await using var target = TcpTarget.Echo();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", """ "sources":[{"ip":"192.0.2.1"}] """));
        using Socket client = await edge.ConnectAsync();

        Assert.True(await StreamEdge.IsClosedAsync(client));

        TrafficSample? all = null;
        await TestEdge.UntilAsync(() => (all = edge.Traffic.Fold().SelectMany(batch => batch.Samples).FirstOrDefault()) is not null);
        Assert.Equal((TrafficSubject.Edge, 1, 1), (all!.Subject, all.Requests, all.Statuses[4]));
        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task Who_is_not_allowed_is_closed_before_anything_and_counted()
    {
        await using var target = TcpTarget.Named("alive");
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        await edge.Allow("192.0.2.1", "::1");
        using (Socket client = await edge.ConnectAsync())
        {
            Assert.True(await StreamEdge.IsClosedAsync(client));
        }

        Assert.Equal((1, 0), (edge.Server.Reports()[0].Refused, target.Connections));
        await edge.Allow("127.0.0.0/8");
        Assert.Equal("alive:x", await edge.ExchangeAsync("x"));
    }

    [Fact]
    public async Task A_target_that_refuses_is_passed_over_and_counted_against()
    {
        await using var alive = TcpTarget.Named("alive");
        int dead = TcpTarget.DeadPort();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            Upstream(5, "pool.test"),
            Target(6, 5, $"127.0.0.1:{dead}"),
            Target(7, 5, $"127.0.0.1:{alive.Port}"),
            StreamEdge.Service(1, 80, host: "pool.test"),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("alive:x", await edge.ExchangeAsync("x"));
        }

        Assert.Equal(4, alive.Connections);
        long failures = 0;
        await TestEdge.UntilAsync(() => (failures += edge.Traffic.Fold().SelectMany(batch => batch.Samples)
            .Where(sample => sample.Subject == TrafficSubject.Target && sample.Address == $"127.0.0.1:{dead}").Sum(sample => sample.Failures)) == 2);
    }

    [Fact]
    public async Task Where_every_try_fails_the_client_is_closed_and_the_stream_failed()
    {
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0", null, StreamEdge.Service(1, TcpTarget.DeadPort(), extra: ",\"retries\":2"), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();

        Assert.True(await StreamEdge.IsClosedAsync(client));

        TrafficSample sample = await edge.TrafficOfRouteAsync(2);
        Assert.Equal((1, 1, 2, 1), (sample.Requests, sample.Failures, sample.Retries, sample.Statuses[4]));
    }

    [Fact]
    public async Task A_stream_on_which_nothing_comes_ends_after_the_read_timeout()
    {
        await using var target = TcpTarget.Echo();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0", null, StreamEdge.Service(1, target.Port, extra: ",\"read_timeout\":100"), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();

        Assert.True(await StreamEdge.IsClosedAsync(client));
        await TestEdge.UntilAsync(() => edge.Server.OpenStreams == 0);
    }

    [Fact]
    public async Task A_target_that_takes_nothing_ends_the_stream_after_the_write_timeout()
    {
        await using var target = new TcpTarget(_ => Task.Delay(Timeout.Infinite, Cancel));
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0", null, StreamEdge.Service(1, target.Port, extra: ",\"write_timeout\":100"), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();

        byte[] chunk = new byte[1024 * 1024];
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await client.SendAsync(chunk, Cancel).AsTask().WaitAsync(TestEdge.Guard, Cancel);
            }
        });
    }

    [Fact]
    public async Task A_target_that_does_not_answer_costs_its_connect_timeout_only()
    {
        // A listener whose queue is full leaves further connections without an answer.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        silent.Listen(0);
        using var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(silent.LocalEndPoint!, Cancel);
        await using var alive = TcpTarget.Named("alive");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            Upstream(5, "pool.test"),
            Target(6, 5, silent.LocalEndPoint!.ToString()!),
            Target(7, 5, $"127.0.0.1:{alive.Port}"),
            StreamEdge.Service(1, 80, host: "pool.test", extra: ",\"connect_timeout\":100"),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));

        Assert.Equal("alive:a", await edge.ExchangeAsync("a"));
        Assert.Equal("alive:b", await edge.ExchangeAsync("b"));
    }

    [Fact]
    public async Task However_busy_a_stream_ends_with_its_lifetime()
    {
        await using var target = TcpTarget.Echo();
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            new StreamLimits { Lifetime = TimeSpan.FromMilliseconds(200), ClockPeriod = TimeSpan.FromMilliseconds(10) },
            StreamEdge.Service(1, target.Port),
            StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();
        byte[] chunk = new byte[1];

        bool ended = false;
        while (!ended)
        {
            try
            {
                await client.SendAsync(chunk, Cancel);
                ended = await client.ReceiveAsync(chunk, Cancel) == 0;
            }
            catch (SocketException)
            {
                ended = true;
            }
        }

        await TestEdge.UntilAsync(() => edge.Server.OpenStreams == 0);
    }

    [Fact]
    public async Task A_listener_that_leaves_lets_its_streams_run_and_then_aborts_them()
    {
        await using var target = TcpTarget.Echo();
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();
        await EchoAsync(client, "before");

        Task unbound = edge.Server.UnbindAsync(Guid.Empty, "test", edge.Directive, TimeSpan.FromHours(1));
        using (var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(edge.EndPoint));
        }

        await EchoAsync(client, "while it drains");
        Assert.Equal(ListenerState.Draining, Assert.Single(edge.Server.Reports()).State);
        Assert.False(unbound.IsCompleted);

        await edge.Server.StopAsync(TimeSpan.Zero);
        await unbound;
        Assert.True(await StreamEdge.IsClosedAsync(client));
        Assert.Equal(1, (await edge.TrafficOfRouteAsync(2)).Requests);
    }

    [Fact]
    public async Task A_change_of_configuration_leaves_running_streams_alone()
    {
        await using var first = TcpTarget.Echo();
        await using var second = TcpTarget.Named("second");
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0", null, StreamEdge.Service(1, first.Port), StreamEdge.Route(2, 1, "tcp", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();
        await EchoAsync(client, "one");

        edge.Apply(StreamEdge.Service(1, second.Port));
        Assert.Equal("second:new", await edge.ExchangeAsync("new"));
        edge.Apply(Documents.Delete(EntityKinds.Routes, 2), Documents.Delete(EntityKinds.Services, 1));

        await EchoAsync(client, "two");
    }

    internal static EntityChange Upstream(int number, string name) =>
        Documents.Put(EntityKinds.Upstreams, number, $$"""{"id":"{{Documents.Id(number)}}","name":"{{name}}"}""");

    internal static EntityChange Target(int number, int upstream, string address) =>
        Documents.Put(EntityKinds.Targets, number, $$$"""{"id":"{{{Documents.Id(number)}}}","upstream":{"id":"{{{Documents.Id(upstream)}}}"},"target":"{{{address}}}","weight":100}""");

    private static async Task EchoAsync(Socket client, string text)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(text), Cancel);
        byte[] back = new byte[text.Length];
        await new NetworkStream(client).ReadExactlyAsync(back, Cancel);
        Assert.Equal(text, Encoding.UTF8.GetString(back));
    }
}
