using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

public abstract class TimeoutTests(bool own) : BothWays(own)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ManualTime time = new();

    [Fact]
    public async Task A_silent_upstream_ends_in_504()
    {
        await using RawUpstream silent = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            Task closed = connection.WaitForCloseAsync();
            await TestEdge.UntilAsync(() =>
            {
                time.Advance(Limit);
                return closed.IsCompleted;
            });
        });
        await using TestGateway gateway = await InFrontOfAsync(silent.Port, service => service with { Retries = 1, ConnectTimeout = int.MaxValue }, time: time);

        string answer = await gateway.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 504 Gateway Timeout", answer, StringComparison.Ordinal);
        Assert.Contains("The upstream server is timing out", answer, StringComparison.Ordinal);
        await TestEdge.UntilAsync(() => silent.Heads.Count == 2);
    }

    [Fact]
    public async Task A_silent_upstream_is_asked_once_what_must_not_be_asked_twice()
    {
        TestGateway? started = null;
        await using RawUpstream silent = RawUpstream.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await TestEdge.UntilAsync(() => Own ? started!.Transports.Timed > 0 : time.LastDue == Limit);
            time.Advance(Limit);
            await connection.WaitForCloseAsync();
        });
        await using TestGateway gateway = started = await InFrontOfAsync(silent.Port, time: time);

        string answer = await gateway.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");

        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Single(silent.Heads);
    }

    [Fact]
    public async Task An_upstream_that_falls_silent_in_the_body_is_cut_off()
    {
        await using RawUpstream silent = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            await connection.WaitForCloseAsync();
        });
        await using TestGateway gateway = await InFrontOfAsync(silent.Port, time: time);
        await using RawClient client = await gateway.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("abc");

        Task<string> rest = client.ReadToEndAsync();
        await TestEdge.UntilAsync(() =>
        {
            time.Advance(Limit);
            return rest.IsCompleted;
        });

        Assert.DoesNotContain("0\r\n\r\n", await rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_takes_its_time_is_not_the_upstreams_fault()
    {
        var begun = new TaskCompletionSource();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadBytesAsync(2);
            begun.SetResult();
            await connection.ReadBytesAsync(2);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await connection.WaitForCloseAsync();
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port, time: time);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
        await begun.Task.WaitAsync(TestEdge.Guard);
        await TestEdge.UntilAsync(() => Own ? gateway.Transports.Timed == 0 : time.LastDue == Timeout.InfiniteTimeSpan);
        time.Advance(10 * Limit);
        await client.SendAsync("cd");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadUntilAsync("\r\n\r\nok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_ends_in_504_whatever_the_method()
    {
        // The socket is accepted, the TLS handshake never answered.
        await using RawUpstream mute = RawUpstream.Start(connection => connection.WaitForCloseAsync());
        await using TestGateway gateway = await InFrontOfAsync(
            mute.Port, service => service with { Protocol = "https", ConnectTimeout = 50, Retries = 1 });

        string answer = await gateway.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");

        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Equal(2, mute.Connections);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstreams_work_without_another_try()
    {
        var arrived = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            arrived.TrySetResult();
            await connection.WaitForCloseAsync();
            closed.TrySetResult();
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        await using (RawClient client = await gateway.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await arrived.Task.WaitAsync(TestEdge.Guard);
        }

        await closed.Task.WaitAsync(TestEdge.Guard);
        Mesh.Abstractions.Reports.TrafficBatch[] counted = [];
        await TestEdge.UntilAsync(() => (counted = gateway.Traffic.Fold()).Length > 0);
        Assert.Single(upstream.Heads);
    }

    public sealed class OnOwnConnections() : TimeoutTests(true);

    public sealed class ThroughTheLibrary() : TimeoutTests(false);
}
