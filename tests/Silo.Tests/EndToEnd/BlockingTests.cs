using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>Requests are served on the threads that poll the sockets: whoever waits there keeps all connections waiting.</summary>
public sealed class BlockingTests : IAsyncDisposable
{
    private readonly string file = Path.GetTempFileName();
    private readonly string log = Path.GetTempFileName();

    [Fact]
    public async Task Nothing_on_the_way_of_a_request_waits_for_another_thread()
    {
        await using Upstream upstream = await Upstream.Start(app => app.Run(Serve));
        await using Gateway silo = new();
        await silo.Start(edge: false);
        await silo.RouteTo("up", upstream.Address);
        await silo.Put("/consumers/anna", new { username = "anna" });
        await Post(silo, "/consumers/anna/key-auth", new { key = "secret" });
        await Post(silo, "/plugins", new { name = "key-auth" });
        await Post(silo, "/plugins", new { name = "rate-limiting", config = new { minute = 1_000_000, policy = "local" } });
        await Post(silo, "/plugins", new { name = "cors" });
        await Post(silo, "/plugins", new { name = "correlation-id" });
        await Post(silo, "/plugins", new { name = "prometheus", config = new { per_consumer = true, status_code_metrics = true, latency_metrics = true, bandwidth_metrics = true } });
        await Post(silo, "/plugins", new { name = "file-log", config = new { path = log } });
        await Post(silo, "/plugins", new { name = "http-log", config = new { http_endpoint = $"{upstream.Address}log" } });
        await Post(silo, "/plugins", new { name = "request-size-limiting" });
        await Post(silo, "/plugins", new { name = "response-transformer", config = new { add = new { headers = new[] { "x-added:1" } } } });
        await using EdgeProcess edge = new(silo, "", new()
        {
            ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Mesh.BlockingHook.dll"),
            ["MESH_TEST_BLOCKED_FILE"] = file,
        });
        await edge.Start();
        edge.Proxy.DefaultRequestHeaders.Add("apikey", "secret");
        await edge.Process.Until(async () => (await edge.Proxy.GetAsync("/up")).IsSuccessStatusCode, "the edge has its configuration");

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
        {
            using HttpResponseMessage got = await edge.Proxy.GetAsync($"/up/{i}", cancel);
            Assert.Equal(HttpStatusCode.OK, got.StatusCode);
            using HttpResponseMessage posted = await edge.Proxy.PostAsync($"/up/{i}", new ByteArrayContent(new byte[i * 300]), cancel);
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
            using HttpResponseMessage none = await edge.Proxy.GetAsync("/nowhere", cancel);
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        });
        for (int i = 0; i < 5; i++)
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("apikey", "secret");
            await socket.ConnectAsync(new Uri($"ws://{edge.Proxy.BaseAddress!.Authority}/up/socket"), default);
            await socket.SendAsync(new byte[1000], WebSocketMessageType.Binary, endOfMessage: true, default);
            Assert.Equal(1000, (await socket.ReceiveAsync(new byte[2000], default)).Count);
        }

        string[] waits = [];
        await edge.Process.Until(() => Task.FromResult((waits = File.ReadAllLines(file)).Length > 0), "the watch sees other threads wait");
        Assert.DoesNotContain(waits, line => line.StartsWith("blocked", StringComparison.Ordinal));
        // Two threads may want one of the runtime's locks at the same moment now and then, but no request of these 1,200 needs to.
        Assert.InRange(waits.Count(line => line.StartsWith("contended", StringComparison.Ordinal)), 0, 12);
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(file);
        File.Delete(log);
        return ValueTask.CompletedTask;
    }

    private static async Task Post(Gateway silo, string path, object body)
    {
        using HttpResponseMessage answer = await silo.Admin.PostAsJsonAsync(path, body);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    private static async Task Serve(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.Request.Body.CopyToAsync(context.Response.Body);
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[2000];
        WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, default);
        await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, default);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }
}
