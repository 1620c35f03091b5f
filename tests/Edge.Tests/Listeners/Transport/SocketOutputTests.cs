using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Tests.Listeners.Transport;

public sealed class SocketOutputTests
{
    /// <summary>Bytes; more than the kernel keeps for a connection at both ends.</summary>
    private const int MoreThanTheKernelTakes = 32 * 1024 * 1024;

    [Fact]
    public async Task Everything_written_arrives_however_it_was_written()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeWriter output = pair.Server.Transport.Output;
        var random = new Random(1);
        using var written = new MemoryStream();
        Task<byte[]> reading = pair.ReadToEndAsync();
        for (int piece = 0; piece < 500; piece++)
        {
            byte[] bytes = new byte[random.Next(1, random.Next(2) == 0 ? 300 : 40_000)];
            random.NextBytes(bytes);
            written.Write(bytes);
            switch (random.Next(4))
            {
                case 0:
                    await output.WriteAsync(bytes);
                    break;
                case 1:
                    output.Write(bytes);
                    break;
                case 2:
                    bytes.CopyTo(output.GetSpan(bytes.Length));
                    output.Advance(bytes.Length);
                    break;
                default:
                    output.Write(bytes);
                    await output.FlushAsync();
                    Assert.Equal(0, output.UnflushedBytes);
                    break;
            }
        }

        await pair.Server.DisposeAsync();

        Assert.True((await reading).AsSpan().SequenceEqual(written.ToArray()));
    }

    [Fact]
    public async Task A_flush_waits_for_a_client_that_does_not_read()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeWriter output = pair.Server.Transport.Output;
        ValueTask<FlushResult> flushing = output.WriteAsync(new byte[MoreThanTheKernelTakes]);
        Assert.False(flushing.IsCompleted);

        ValueTask closing = pair.Server.DisposeAsync();
        Assert.False(closing.IsCompleted);
        Assert.Equal(MoreThanTheKernelTakes, (await pair.ReadToEndAsync()).Length);

        Assert.False((await flushing).IsCompleted);
        await closing;
    }

    [Fact]
    public async Task A_flush_that_is_under_way_ends_with_the_connection()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeWriter output = pair.Server.Transport.Output;
        ValueTask<FlushResult> flushing = output.WriteAsync(new byte[MoreThanTheKernelTakes]);

        pair.Server.Abort(new ConnectionAbortedException());

        Assert.True((await flushing.AsTask().WaitAsync(TestEdge.Guard)).IsCompleted);
        Assert.True((await output.WriteAsync(new byte[1])).IsCompleted);
        await Assert.ThrowsAsync<SocketException>(pair.ReadToEndAsync);
    }

    [Fact]
    public async Task What_was_not_flushed_is_sent_at_the_end()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        pair.Server.Transport.Output.Write("last words"u8);

        await pair.Server.DisposeAsync();

        Assert.Equal("last words"u8.ToArray(), await pair.ReadToEndAsync());
    }

    [Fact]
    public async Task The_last_answer_reaches_a_client_whose_request_was_not_read()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        byte[] unread = new byte[48 * 1024];
        await pair.Client.SendAsync(unread);
        ReadResult first = await pair.Server.Transport.Input.ReadAsync();
        await TestEdge.UntilAsync(() => first.Buffer.Length + pair.Server.Socket.Available == unread.Length);
        pair.Server.Transport.Input.AdvanceTo(first.Buffer.Start, first.Buffer.Start);

        await pair.Server.Transport.Output.WriteAsync("no"u8.ToArray());
        await pair.Server.DisposeAsync();

        Assert.Equal("no"u8.ToArray(), await pair.ReadToEndAsync());
    }
}
