using System.Net;
using System.Net.WebSockets;
using System.Text;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Plugins.RealSockets;

public sealed class WebSocketBehindPluginsTests : IDisposable
{
    private readonly HttpMessageInvoker invoker = new(TestGateway.Handler());

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_upgrade_is_authenticated_and_counted_like_any_request(string version)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(
            ("cors", "{}"), ("key-auth", "{}"), ("acl", """{"allow":["staff"]}"""), ("rate-limiting", """{"hour":1}"""));

        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(api, version, key: null));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(api, version, "wrong"));
        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(api, version, GuardedApi.BobKey));
        Assert.Equal(0, api.Upstream.Requests);

        using ClientWebSocket socket = Socket(version, GuardedApi.AliceKey);
        await ConnectAsync(api, socket);
        Assert.Equal(["alice"], socket.HttpResponseHeaders![EchoUpstream.SeenConsumer]);
        Assert.Equal(["0"], socket.HttpResponseHeaders["RateLimit-Remaining"]);
        Assert.Equal("hello", await ExchangeAsync(socket, "hello"));

        // The tunnel outlives the budget; a second one does not begin.
        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusedAsync(api, version, GuardedApi.AliceKey));
        Assert.Equal("again", await ExchangeAsync(socket, "again"));
        Assert.Equal(1, api.Upstream.Requests);
    }

    public void Dispose() => invoker.Dispose();

    private static ClientWebSocket Socket(string version, string? key)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        if (key is not null)
        {
            socket.Options.SetRequestHeader("apikey", key);
        }

        return socket;
    }

    private async Task ConnectAsync(GuardedApi api, ClientWebSocket socket)
    {
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{api.Gateway.Port}/x"), invoker, guard.Token);
    }

    private async Task<HttpStatusCode> RefusedAsync(GuardedApi api, string version, string? key)
    {
        using ClientWebSocket socket = Socket(version, key);
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(api, socket));
        return socket.HttpStatusCode;
    }

    private static async Task<string> ExchangeAsync(ClientWebSocket socket, string message)
    {
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, guard.Token);
        byte[] buffer = new byte[1024];
        ValueWebSocketReceiveResult read = await socket.ReceiveAsync(buffer.AsMemory(), guard.Token);
        Assert.True(read.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
