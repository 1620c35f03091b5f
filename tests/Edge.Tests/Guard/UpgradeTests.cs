using System.Text;
using Mesh.Edge.Tests.Listeners;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Tests.Guard;

public sealed class UpgradeTests
{
    private const string WebSocket = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n";

    [Fact]
    public async Task After_a_websocket_upgrade_bytes_pass_uninspected()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", async (http, _) =>
        {
            await using Stream stream = await http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
            byte[] buffer = new byte[100];
            for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read));
            }
        });
        await using RawClient client = await edge.ConnectAsync();

        await client.SendAsync(WebSocket);
        string head = await client.ReadUntilAsync("\r\n\r\n");
        await client.SendAsync("\n\n\0Transfer-Encoding: x\r\n\r\n");
        string echoed = await client.ReadUntilAsync("x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        Assert.Equal("\n\n\0Transfer-Encoding: x\r\n\r\n", echoed);
    }

    [Theory]
    [InlineData(WebSocket)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc", 3)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 3)]
    public async Task An_upgrade_that_is_not_granted_ends_the_connection_after_its_answer(string request, int body = 0)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        string answer = await edge.ExchangeAsync(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains($"body={body} ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("smuggled", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_websocket_can_be_granted()
    {
        bool? grantable = null;
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", (http, _) =>
        {
            grantable = http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest ?? false;
            return Task.CompletedTask;
        });

        await edge.ExchangeAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n");
        Assert.False(grantable);

        await edge.ExchangeAsync(WebSocket);
        Assert.True(grantable);
    }

    [Fact]
    public async Task Bodies_of_any_size_and_split_keep_the_connection_in_step()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");
        await using RawClient client = await edge.ConnectAsync();
        var text = new StringBuilder();
        int[] sizes = [1, 4095, 4096, 4097, 70_000, 300_000];
        foreach (int size in sizes)
        {
            text.Append($"POST /cl HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n").Append('x', size);
            text.Append("POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            text.Append($"{size:x}\r\n").Append('y', size).Append("\r\n0\r\n\r\n");
        }

        Task sent = client.SendAsync(text.ToString());
        foreach (int size in sizes)
        {
            Assert.Contains($"path=/cl query= body={size} ", await client.ReadUntilAsync("secure=False"), StringComparison.Ordinal);
            Assert.Contains($"path=/chunked query= body={size} ", await client.ReadUntilAsync("secure=False"), StringComparison.Ordinal);
        }

        await sent;
    }

    [Fact]
    public async Task An_unread_body_does_not_become_the_next_request()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", (http, target) =>
        {
            http.Response.Headers["X-Path"] = target.RawPath;
            return Task.CompletedTask;
        });
        await using RawClient client = await edge.ConnectAsync();
        const string body = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

        await client.SendAsync($"POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}GET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string answers = await client.ReadToEndAsync();

        Assert.Contains("X-Path: /one", answers, StringComparison.Ordinal);
        Assert.Contains("X-Path: /two", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("smuggled", answers, StringComparison.Ordinal);
    }
}
