using System.Net.Security;
using Mesh.Edge.Guard;
using Mesh.Edge.Listeners;
using Mesh.Edge.Tests.Listeners;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Guard;

/// <summary>Clients that want much and take nothing.</summary>
public sealed class SlowReaderTests
{
    /// <summary>The shortest grace that the server allows, and a pace that nobody keeps who does not read.</summary>
    private static readonly EdgeServerLimits Impatient = new() { MinBytesPerSecond = 1 << 20, SlowGrace = TimeSpan.FromSeconds(1.1) };

    /// <summary>The kernel's buffers of both ends, and no more than a little of ours.</summary>
    private const long MostHeldBytes = 16 << 20;

    [Theory]
    [InlineData("127.0.0.1:0", null)]
    [InlineData("127.0.0.1:0 ssl", "http/1.1")]
    public async Task Who_does_not_read_is_dropped_and_little_is_held_for_him(string directive, string? protocol)
    {
        long held = 0;
        var ended = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync(directive, Pour, Impatient);
        await using RawClient client = protocol is null ? await edge.ConnectAsync() : await edge.ConnectTlsAsync("a", new SslApplicationProtocol(protocol));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        await ended.Task.WaitAsync(TestEdge.Guard);
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);

        Assert.InRange(held, 1, MostHeldBytes);

        async Task Pour(HttpContext http, GuardedTarget target)
        {
            byte[] piece = new byte[64 * 1024];
            long written = 0;
            while (!http.RequestAborted.IsCancellationRequested)
            {
                Task writing = http.Response.Body.WriteAsync(piece).AsTask();
                written += piece.Length;
                if (!writing.IsCompleted)
                {
                    // Once the client is dropped writes come to nothing at once, until the news of it arrives here: they hold nothing.
                    held = written;
                }

                await writing;
            }

            ended.TrySetResult();
        }
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", limits: Impatient);

        string answer = await edge.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx");

        Assert.DoesNotContain("200 OK", answer, StringComparison.Ordinal);
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
    }
}
