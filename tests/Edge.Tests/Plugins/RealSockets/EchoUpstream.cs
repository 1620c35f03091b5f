using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Mesh.Edge.Tests.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Tests.Plugins.RealSockets;

/// <summary>Tells what it was sent, takes WebSockets, and claims limits and origins of its own.</summary>
internal sealed class EchoUpstream : IAsyncDisposable
{
    public const string SeenConsumer = "x-seen-consumer";

    private KestrelUpstream? server;
    private int requests;

    public int Port => server!.Port;

    public int Requests => Volatile.Read(ref requests);

    public static async Task<EchoUpstream> StartAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var upstream = new EchoUpstream();
        upstream.server = await KestrelUpstream.StartAsync(protocols, app =>
        {
            app.UseWebSockets();
            app.Run(upstream.Answer);
        });
        return upstream;
    }

    public ValueTask DisposeAsync() => server!.DisposeAsync();

    private Task Answer(HttpContext http)
    {
        Interlocked.Increment(ref requests);
        http.Response.Headers[SeenConsumer] = http.Request.Headers["X-Consumer-Username"].ToString();
        if (http.WebSockets.IsWebSocketRequest)
        {
            return Converse(http);
        }

        return http.Request.ContentType == "application/grpc" ? Return(http) : Describe(http);
    }

    private static async Task Describe(HttpContext http)
    {
        http.Response.Headers.AccessControlAllowOrigin = "https://upstream.test";
        http.Response.Headers["X-RateLimit-Limit-Hour"] = "1000000";
        using var reader = new StreamReader(http.Request.Body);
        var headers = new JsonObject();
        foreach ((string name, StringValues values) in http.Request.Headers)
        {
            headers[name.ToLowerInvariant()] = values.ToString();
        }

        var seen = new JsonObject
        {
            ["target"] = http.Request.Path + http.Request.QueryString.Value,
            ["headers"] = headers,
            ["body"] = await reader.ReadToEndAsync(),
        };
        await http.Response.WriteAsync(seen.ToJsonString());
    }

    /// <summary>A gRPC call's message is its answer.</summary>
    private static async Task Return(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        await http.Request.Body.CopyToAsync(http.Response.Body);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task Converse(HttpContext http)
    {
        using WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[1024];
        while (true)
        {
            ValueWebSocketReceiveResult read = await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", http.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, http.RequestAborted);
        }
    }
}
