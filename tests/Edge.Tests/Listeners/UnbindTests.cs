using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Guard;
using Mesh.Edge.Listeners;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Tests.Listeners;

public sealed class UnbindTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly TimeSpan LongDrain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortDrain = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("127.0.0.1:0", 1)]
    [InlineData("127.0.0.1:0 http2", 2)]
    public async Task Requests_in_flight_finish_and_the_port_is_free_at_once(string directive, int version)
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync(directive, async (http, _) =>
        {
            await http.Response.StartAsync();
            started.SetResult();
            await finish.Task;
            await http.Response.WriteAsync("whole");
        });
        using HttpClient http = edge.Http(version == 2 ? HttpVersion.Version20 : HttpVersion.Version11);

        Task<string> answer = http.GetStringAsync("/");
        await started.Task.WaitAsync(TestEdge.Guard);
        Task unbound = edge.Server.UnbindAsync(Guid.Empty, "test", TestEdge.Directive(directive), LongDrain);
        await TestEdge.UntilAsync(() => !Accepts(edge.Port));
        Assert.Equal(ListenerState.Draining, Assert.Single(edge.Server.Reports()).State);
        Assert.Equal(ListenerState.Bound, (await edge.BindAsync($"127.0.0.1:{edge.Port}", "successor")).State);
        Assert.False(unbound.IsCompleted);

        finish.SetResult();
        Assert.Equal("whole", await answer);
        await unbound.WaitAsync(TestEdge.Guard);
        Assert.Equal("successor", Assert.Single(edge.Server.Reports()).Name);
    }

    [Fact]
    public async Task Idle_connections_close_and_those_in_a_request_are_told_to()
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", async (http, target) =>
        {
            if (target.RawPath == "/slow")
            {
                started.SetResult();
                await finish.Task;
            }
        });
        await using RawClient idle = await edge.ConnectAsync();
        await idle.SendAsync(Request);
        await idle.ReadUntilAsync("\r\n\r\n");
        await using RawClient busy = await edge.ConnectAsync();
        await busy.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        await started.Task.WaitAsync(TestEdge.Guard);

        Task unbound = edge.Server.UnbindAsync(Guid.Empty, "test", TestEdge.Directive("127.0.0.1:0"), LongDrain);
        Assert.Equal("", await idle.ReadToEndAsync());
        finish.SetResult();

        Assert.Contains("Connection: close", await busy.ReadToEndAsync(), StringComparison.Ordinal);
        await unbound.WaitAsync(TestEdge.Guard);
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:0 http2")]
    public async Task A_connection_accepted_before_may_still_bring_one_request(string directive)
    {
        await using TestEdge edge = await TestEdge.StartAsync(directive, limits: new EdgeServerLimits { FreshConnectionGrace = LongDrain });
        await using RawClient fresh = await edge.ConnectAsync();
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 1);

        Task unbound = edge.Server.UnbindAsync(Guid.Empty, "test", TestEdge.Directive(directive), LongDrain);
        await TestEdge.UntilAsync(() => !Accepts(edge.Port));
        await fresh.SendAsync(Request + Request);
        string answer = await fresh.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Split("HTTP/1.1 200").Length - 1);
        await unbound.WaitAsync(TestEdge.Guard);
    }

    [Fact]
    public async Task A_websocket_lives_to_the_drain_limit_and_is_aborted_then()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", Tunnel);
        await using RawClient client = await edge.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n");

        Task unbound = edge.Server.UnbindAsync(Guid.Empty, "test", TestEdge.Directive("127.0.0.1:0"), LongDrain);
        await TestEdge.UntilAsync(() => !Accepts(edge.Port));
        await client.SendAsync("still here");
        Assert.Equal("still here", await client.ReadUntilAsync("still here"));
        Assert.False(unbound.IsCompleted);

        // A second call sets a shorter limit.
        await edge.Server.StopAsync(ShortDrain).WaitAsync(TestEdge.Guard);
        await unbound.WaitAsync(TestEdge.Guard);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Taking_one_listener_away_leaves_the_others_connections_alone()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", Tunnel);
        await edge.BindAsync("127.0.0.1:0", "other");
        await using RawClient client = await edge.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n");

        await edge.Server.UnbindAsync(Guid.Empty, "other", TestEdge.Directive("127.0.0.1:0"), ShortDrain).WaitAsync(TestEdge.Guard);
        await client.SendAsync("still here");

        Assert.Equal("still here", await client.ReadUntilAsync("still here"));
        Assert.Equal("test", Assert.Single(edge.Server.Reports()).Name);
    }

    private static async Task Tunnel(HttpContext http, GuardedTarget target)
    {
        await using Stream stream = await http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        byte[] buffer = new byte[100];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private static bool Accepts(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
