using System.Net;
using System.Net.Security;
using Mesh.Edge.Tests.Listeners;
using Microsoft.AspNetCore.Http;
using static Mesh.Edge.Tests.Guard.RawHttp2;

namespace Mesh.Edge.Tests.Guard;

public sealed class Http2AbuseTests
{
    public static TheoryData<string, byte[], int> Floods => new()
    {
        { "PING", Frame(Ping, 0, 0, new byte[8]), 20_000 },
        { "SETTINGS", Frame(RawHttp2.Settings, 0, 0), 5_000 },
        { "PRIORITY", Frame(Priority, 0, 1, 0, 0, 0, 0, 1), 20_000 },
        { "empty DATA", Frame(Data, 0, 1), 20_000 },
        { "unknown", Frame(0x33, 0, 0, 1), 20_000 },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_of_frames_without_progress_is_cut_off(string name, byte[] frame, int times)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 http2", async (http, _) => await http.Request.BodyReader.ReadAtLeastAsync(1));
        await using RawClient attacker = await edge.ConnectAsync();
        using HttpClient other = edge.Http(HttpVersion.Version20);
        await attacker.SendAsync([.. Preface, .. Frame(Headers, EndHeaders, 1, Block((":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/")))]);

        Task flood = attacker.SendAsync(Repeat(frame, times));
        await attacker.ReadToEndAsync();
        await flood.ContinueWith(_ => { }, TaskScheduler.Default); // Cut off in the middle, most likely.

        Assert.NotEqual("", name);
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
        using var body = new ByteArrayContent([1]);
        Assert.Equal(HttpStatusCode.OK, (await other.PostAsync("/", body)).StatusCode);
    }

    [Fact]
    public async Task Empty_continuation_frames_are_cut_off_inside_tls()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        await using RawClient attacker = await edge.ConnectTlsAsync("a", SslApplicationProtocol.Http2);

        Task flood = attacker.SendAsync([.. Preface, .. Frame(Headers, EndStream, 1, Block((":method", "GET"))), .. Repeat(Frame(Continuation, 0, 1), 20_000)]);
        await attacker.ReadToEndAsync();
        await flood.ContinueWith(_ => { }, TaskScheduler.Default);

        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
    }

    [Fact]
    public async Task A_head_that_goes_on_and_on_is_cut_off()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 http2");
        await using RawClient attacker = await edge.ConnectAsync();
        byte[] more = Block([.. Enumerable.Range(0, 60).Select(i => ($"x-{i}", new string('v', 200)))]);

        Task flood = attacker.SendAsync([.. Preface, .. Frame(Headers, EndStream, 1, Block((":method", "GET"))), .. Repeat(Frame(Continuation, 0, 1, more), 1000)]);
        await attacker.ReadToEndAsync();
        await flood.ContinueWith(_ => { }, TaskScheduler.Default); // Cut off in the middle, most likely.

        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
        using HttpClient other = edge.Http(HttpVersion.Version20);
        Assert.Contains("HTTP/2", await other.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_client_with_pings_and_window_updates_is_served()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 http2", (_, _) => Task.CompletedTask);
        await using RawClient client = await edge.ConnectAsync();
        await client.SendAsync(Preface);

        // Thousands of requests, each with a ping and two window updates: more control frames than the balance holds.
        for (int i = 0; i < 3000; i++)
        {
            int stream = (2 * i) + 1;
            await client.SendAsync([.. Get(stream, "/"), .. Frame(Ping, 0, 0, new byte[8]), .. Repeat(Frame(WindowUpdate, 0, 0, 0, 0, 0, 1), 2)]);
            await client.ReadUntilAsync("\0\0\u0008\u0006\u0001\0\0\0\0\0\0\0\0\0\0\0\0");
        }

        Assert.Equal(1, edge.Server.OpenConnections);
    }

    public static TheoryData<int, (string, string)[]> Requests => new()
    {
        { 400, [(":method", "get"), (":scheme", "http"), (":authority", "a"), (":path", "/")] },
        { 400, [(":method", "DELETe"), (":scheme", "http"), (":authority", "a"), (":path", "/")] },
        { 405, [(":method", "CONNECT"), (":authority", "a:443")] },
        { 200, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")] },
        { 200, [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "a"), (":path", "/")] },
        { 405, [(":method", "CONNECT"), (":protocol", "connect-udp"), (":scheme", "http"), (":authority", "a"), (":path", "/")] },
        { 400, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("transfer-encoding", "chunked")] },
        { 400, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("upgrade", "h2c")] },
        { 400, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("keep-alive", "1")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("te", "gzip")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("connection", "close")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("x", "a\r\nb: c")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a b"), (":path", "/")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/a b")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/a\r\nb")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/a\u007fb")] },
        { 0, [(":method", "GET /x"), (":scheme", "http"), (":authority", "a"), (":path", "/")] },
        { 0, [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("X", "upper-case")] },
    };

    /// <summary>0 stands for: any refusal, by answer or by reset.</summary>
    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Requests_are_guarded_as_on_http1(int status, (string, string)[] headers)
    {
        int reached = 0;
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 http2", (http, _) =>
        {
            reached++;
            http.Response.Headers["x-status"] = "status-200";
            return Task.CompletedTask;
        });
        await using RawClient client = await edge.ConnectAsync();

        await client.SendAsync([.. Preface, .. Request(1, headers)]);
        string frames = await client.ReadWhileAsync(received => FirstOnStream(received) is null);
        string answer = FirstOnStream(frames) ?? "closed";

        // :status is indexed in HPACK: 200 is 0x88, 400 is 0x8c; others are written out.
        switch (status)
        {
            case 0:
                Assert.True(answer is "reset" or "closed" || answer[0] == '\u008c', answer);
                break;
            case 405:
                Assert.Contains("405", answer, StringComparison.Ordinal);
                break;
            default:
                Assert.Equal(status == 200 ? '\u0088' : '\u008c', answer[0]);
                break;
        }

        Assert.Equal(status == 200 ? 1 : 0, reached);
    }
}
