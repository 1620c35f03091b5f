using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>Long-lived and large exchanges through the real executable.</summary>
public class ProtocolTests
{
    private const long GiB = 1L << 30;
    private const long AllowedGrowthBytes = 300L << 20;

    [Fact]
    public async Task A_websocket_echoes_and_closes_cleanly()
    {
        await using Upstream upstream = await Upstream.Start(app => app.Run(async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[1024];
            while (true)
            {
                WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }
        }));
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("echo", upstream.Address);

        foreach (string scheme in new[] { $"ws://127.0.0.1:{gateway.ProxyPort}", $"wss://127.0.0.1:{gateway.ProxyTlsPort}" })
        {
            using var client = new ClientWebSocket();
            client.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            using var patience = new CancellationTokenSource(MeshProcess.Patience);
            await client.ConnectAsync(new Uri($"{scheme}/echo"), patience.Token);
            await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, patience.Token);
            byte[] buffer = new byte[64];
            WebSocketReceiveResult received = await client.ReceiveAsync(buffer, patience.Token);
            Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            Assert.Equal(("bye", WebSocketState.Closed), (client.CloseStatusDescription, client.State));
        }
    }

    [Fact]
    public async Task An_event_arrives_before_the_next_one_is_sent()
    {
        using var next = new SemaphoreSlim(0);
        await using Upstream upstream = await Upstream.Start(app => app.Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (int i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        }));
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("events", upstream.Address);

        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        using var reader = new StreamReader(await gateway.Proxy.GetStreamAsync("/events", patience.Token));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(patience.Token));
            Assert.Equal("", await reader.ReadLineAsync(patience.Token));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(patience.Token));
    }

    [Fact]
    public async Task A_body_of_a_GiB_passes_both_ways_in_bounded_memory()
    {
        await using Upstream upstream = await Upstream.Start(app => app.Run(async context =>
        {
            // Taken whole before it is given back: an HTTP/1.1 client reads the answer after it has sent the request.
            var taken = new Count();
            await context.Request.Body.CopyToAsync(taken);
            context.Response.ContentLength = taken.Bytes;
            await new Zeros(taken.Bytes).CopyToAsync(context.Response.Body);
        }));
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("large", upstream.Address);
        long before = gateway.Process.PeakMemoryBytes;

        using var request = new HttpRequestMessage(HttpMethod.Post, "/large") { Content = new StreamContent(new Zeros(GiB)) };
        request.Content.Headers.ContentLength = GiB;
        using HttpResponseMessage answer = await gateway.Proxy.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using Stream body = await answer.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[128 * 1024];
        long total = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            total += read;
        }

        Assert.Equal(GiB, total);
        long growth = gateway.Process.PeakMemoryBytes - before;
        Assert.True(growth < AllowedGrowthBytes, $"memory grew by {growth >> 20} MiB");
    }

    private sealed class Count : Stream
    {
        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Bytes;

        public override long Position { get => Bytes; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class Zeros(long length) : Stream
    {
        private long read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int given = (int)Math.Min(count, length - read);
            buffer.AsSpan(offset, given).Clear();
            read += given;
            return given;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
