using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Bench.Client;

/// <summary>The upstream of the WebSocket and gRPC cases.</summary>
internal static class EchoServer
{
    /// <summary>More than any case has in flight: what a gateway does at this limit is not what is measured.</summary>
    private const int StreamsPerConnection = 1024;

    private const int LongestMessage = 64 * 1024;

    public static int Run(int port, int grpcPort)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(context => context.WebSockets.IsWebSocketRequest ? EchoMessages(context) : context.Request.Method == "POST" ? EchoCall(context) : Task.CompletedTask);
        app.Run();
        return 0;
    }

    private static async Task EchoMessages(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[LongestMessage];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } got)
            {
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException)
        {
            // A load client leaves without a close frame.
        }
    }

    /// <summary>A unary gRPC call whose answer is its request.</summary>
    private static async Task EchoCall(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
