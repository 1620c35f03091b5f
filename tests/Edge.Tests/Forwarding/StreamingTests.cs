using System.Net;
using System.Net.Http.Headers;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Forwarding;

public abstract class StreamingTests(bool own) : BothWays(own)
{
    private const long Gigabyte = 1L << 30;

    /// <summary>Far below the body, far above what the servers on all sides and other tests hold.</summary>
    private const long MaxGrowthBytes = 256L << 20;

    [Fact]
    public async Task Each_piece_of_a_request_body_arrives_when_it_was_sent()
    {
        var got = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            got.Enqueue(await connection.ReadBytesAsync("3\r\none\r\n".Length));
            got.Enqueue(await connection.ReadBytesAsync("3\r\ntwo\r\n".Length));
            await connection.ReadBytesAsync("0\r\n\r\n".Length);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await TestEdge.UntilAsync(() => got.Count == 1);
        await client.SendAsync("3\r\ntwo\r\n");
        await TestEdge.UntilAsync(() => got.Count == 2);
        await client.SendAsync("0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadUntilAsync("\r\n\r\nok"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_head_of_a_response_does_not_wait_for_its_body(int version)
    {
        using var headSeen = new SemaphoreSlim(0);
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            await headSeen.WaitAsync(connection.Stopping);
            await connection.SendAsync("2\r\nok\r\n0\r\n\r\n");
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http(new Version(version, version == 1 ? 1 : 0));

        using HttpResponseMessage answer = await http.GetAsync("/", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TestEdge.Guard);
        headSeen.Release();

        Assert.Equal("ok", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(1, Gigabyte)]
    [InlineData(2, Gigabyte / 4)]
    public async Task A_large_body_up_and_down_takes_bounded_memory(int version, long length)
    {
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(async context =>
        {
            long total = 0;
            byte[] buffer = new byte[128 * 1024];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
            {
                total += read;
            }

            context.Response.Headers["X-Got"] = total.ToString();
            context.Response.ContentLength = length;
            for (long left = length; left > 0; left -= buffer.Length)
            {
                await context.Response.Body.WriteAsync(buffer, context.RequestAborted);
            }
        }));
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http(version == 1 ? HttpVersion.Version11 : HttpVersion.Version20);
        http.Timeout = TimeSpan.FromMinutes(2);
        var memory = new LiveMemory(length / 4);
        var upload = new Zeros(length, memory.Moved);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Version = http.DefaultRequestVersion, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = upload };

        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(length.ToString(), answer.Headers.GetValues("X-Got").Single());
        await using Stream body = await answer.Content.ReadAsStreamAsync();
        byte[] block = new byte[128 * 1024];
        long received = 0;
        for (int read; (read = await body.ReadAsync(block)) > 0;)
        {
            received += read;
            memory.Moved(read);
        }

        Assert.Equal(length, received);
        Assert.InRange(memory.Growth, long.MinValue, MaxGrowthBytes);
    }

    /// <summary>What is alive, looked at each time so many bytes have moved.</summary>
    private sealed class LiveMemory(long interval)
    {
        private readonly long before = GC.GetTotalMemory(forceFullCollection: true);
        private long moved;

        public long Growth { get; private set; } = long.MinValue;

        public void Moved(int bytes)
        {
            long turn = moved / interval;
            moved += bytes;
            if (moved / interval != turn)
            {
                Growth = Math.Max(Growth, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }
    }

    private sealed class Zeros : HttpContent
    {
        private readonly long length;
        private readonly Action<int> onBlock;

        public Zeros(long length, Action<int> onBlock)
        {
            this.length = length;
            this.onBlock = onBlock;
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            byte[] block = new byte[128 * 1024];
            for (long left = length; left > 0; left -= block.Length)
            {
                await stream.WriteAsync(block);
                onBlock(block.Length);
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }

    public sealed class OnOwnConnections() : StreamingTests(true);

    public sealed class ThroughTheLibrary() : StreamingTests(false);
}
