using System.Net;
using System.Net.WebSockets;
using System.Text;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Forwarding;

public sealed class WebSocketTests
{
    private const string Ask = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Carries_messages_both_ways(int version, bool secure)
    {
        await using KestrelUpstream upstream = await EchoAsync();
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        using var invoker = new HttpMessageInvoker(TestGateway.Handler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("chat");
        var address = new Uri(secure ? $"wss://127.0.0.1:{gateway.SecurePort}/x" : $"ws://127.0.0.1:{gateway.Port}/x");

        await socket.ConnectAsync(address, invoker, guard.Token);
        Assert.Equal("chat", socket.SubProtocol);
        byte[] big = new byte[200_000];
        Random.Shared.NextBytes(big);
        foreach (byte[] message in new[] { Encoding.UTF8.GetBytes("hello"), big })
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, guard.Token);
            Assert.Equal(message, await ReceiveAsync(socket, guard.Token));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", guard.Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await TestEdge.UntilAsync(() => gateway.Traffic.Fold().Length > 0);
    }

    [Fact]
    public async Task Forwards_nothing_that_comes_before_the_upstream_agrees()
    {
        var refuse = new TaskCompletionSource();
        string after = "";
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            string head = (await connection.ReadHeadAsync())!;
            Assert.Equal("websocket", RawHead.Value(head, "Upgrade"));
            await refuse.Task.WaitAsync(connection.Stopping);
            await connection.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            after = await connection.ReadHeadAsync() ?? "closed";
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync(Ask + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        refuse.SetResult();
        string answer = await client.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 403 Forbidden", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(upstream.Heads, head => head.Contains("smuggled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Passes_bytes_unchanged_once_both_sides_agree()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nfirst");
            await connection.SendAsync("<" + await connection.ReadBytesAsync(5) + ">");
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync(Ask);
        string head = await client.ReadUntilAsync("\r\n\r\n");
        await client.ReadUntilAsync("first");
        await client.SendAsync("\0\r\n\r\n");

        Assert.Equal("HTTP/1.1 101 Switching Protocols", RawHead.FirstLine(head));
        Assert.Equal("websocket", RawHead.Value(head, "Upgrade"));
        Assert.Equal("<\0\r\n\r\n>", await client.ReadUntilAsync(">"));
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("SPDY/3.1")]
    public async Task Ignores_a_wish_for_any_other_protocol(string protocol)
    {
        await using RawUpstream upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);

        string answer = await gateway.ExchangeAsync(
            $"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: {protocol}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        string head = Assert.Single(upstream.Heads);
        Assert.Null(RawHead.Value(head, "Upgrade"));
        Assert.Null(RawHead.Value(head, "HTTP2-Settings"));
    }

    [Fact]
    public async Task An_upstream_that_does_not_switch_opens_no_tunnel_over_http2()
    {
        await using RawUpstream upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using var invoker = new HttpMessageInvoker(TestGateway.Handler());
        using var request = new HttpRequestMessage(HttpMethod.Connect, $"http://127.0.0.1:{gateway.Port}/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";

        using HttpResponseMessage answer = await invoker.SendAsync(request, new CancellationTokenSource(TestEdge.Guard).Token);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    private static Task<KestrelUpstream> EchoAsync() => KestrelUpstream.StartAsync(HttpProtocols.Http1, app =>
    {
        app.UseWebSockets();
        app.Run(async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync("chat");
            byte[] buffer = new byte[16 * 1024];
            while (true)
            {
                ValueWebSocketReceiveResult read = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, context.RequestAborted);
            }
        });
    });

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult read = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            message.Write(buffer, 0, read.Count);
            if (read.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }
}
