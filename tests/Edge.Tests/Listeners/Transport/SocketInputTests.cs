using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Tests.Listeners.Transport;

public sealed class SocketInputTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_taken_and_looked_at_every_byte_comes_once_and_in_order(int seed)
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        var random = new Random(seed);
        byte[] sent = new byte[3 * 1024 * 1024];
        random.NextBytes(sent);
        Task sending = SendInPiecesAsync(pair.Client, sent, new Random(seed + 100));
        PipeReader input = pair.Server.Transport.Input;
        using var received = new MemoryStream();
        while (true)
        {
            ReadResult result = await input.ReadAsync().AsTask().WaitAsync(TestEdge.Guard);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (result.IsCompleted && buffer.IsEmpty)
            {
                break;
            }

            // Some of it, all of it, or none until there are some kilobytes more.
            long take = random.Next(4) switch { 0 => 0, 1 => random.NextInt64(buffer.Length + 1), _ => buffer.Length };
            foreach (ReadOnlyMemory<byte> part in buffer.Slice(0, take))
            {
                received.Write(part.Span);
            }

            bool all = buffer.Length - take < 32 * 1024 && random.Next(2) == 0 && !result.IsCompleted && received.Length + buffer.Length - take < sent.Length;
            input.AdvanceTo(buffer.GetPosition(take), all ? buffer.End : buffer.GetPosition(take));
        }

        await sending;
        Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task What_was_looked_at_is_given_again_with_more()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        byte[] sent = new byte[200 * 1024];
        new Random(4).NextBytes(sent);
        Task sending = SendInPiecesAsync(pair.Client, sent, new Random(5));
        PipeReader input = pair.Server.Transport.Input;
        long seen = 0;
        while (true)
        {
            ReadResult result = await input.ReadAsync().AsTask().WaitAsync(TestEdge.Guard);
            if (result.IsCompleted)
            {
                Assert.True(result.Buffer.ToArray().AsSpan().SequenceEqual(sent));
                break;
            }

            Assert.True(result.Buffer.Length > seen);
            seen = result.Buffer.Length;
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        await sending;
    }

    [Fact]
    public async Task What_was_left_unseen_is_given_at_once()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        await pair.Client.SendAsync("abcdef"u8.ToArray());
        PipeReader input = pair.Server.Transport.Input;
        ReadResult first = await input.ReadAsync();
        input.AdvanceTo(first.Buffer.GetPosition(1));

        Assert.True(input.TryRead(out ReadResult second));

        Assert.Equal("bcdef"u8.ToArray(), second.Buffer.ToArray());
        input.AdvanceTo(second.Buffer.End);
        Assert.False(input.TryRead(out _));
    }

    [Fact]
    public async Task The_end_is_noticed_while_nobody_reads()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        await TakeAsync(pair, "request");

        pair.Client.Shutdown(SocketShutdown.Both);

        await EndOf(pair);
        ReadResult last = await pair.Server.Transport.Input.ReadAsync();
        Assert.True(last.IsCompleted);
        Assert.True(last.Buffer.IsEmpty);
    }

    [Fact]
    public async Task A_reset_is_noticed_while_nobody_reads_and_told_to_who_reads()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        await TakeAsync(pair, "request");

        pair.Client.Close(timeout: 0);

        await EndOf(pair);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await pair.Server.Transport.Input.ReadAsync());
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await pair.Server.Transport.Input.ReadAsync());
    }

    [Fact]
    public async Task Who_waits_is_told_of_the_end()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        ValueTask<ReadResult> reading = pair.Server.Transport.Input.ReadAsync();
        Assert.False(reading.IsCompleted);

        pair.Client.Shutdown(SocketShutdown.Send);

        Assert.True((await reading.AsTask().WaitAsync(TestEdge.Guard)).IsCompleted);
    }

    [Fact]
    public async Task Who_waits_is_told_why_the_connection_was_aborted()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        ValueTask<ReadResult> reading = pair.Server.Transport.Input.ReadAsync();
        var reason = new ConnectionAbortedException("because");

        pair.Server.Abort(reason);

        Assert.Same(reason, await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.AsTask().WaitAsync(TestEdge.Guard)));
        Assert.Same(reason, await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await pair.Server.Transport.Input.ReadAsync()));
        await EndOf(pair);
    }

    [Fact]
    public async Task A_cancelled_read_loses_nothing()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeReader input = pair.Server.Transport.Input;
        ValueTask<ReadResult> reading = input.ReadAsync();
        input.CancelPendingRead();
        ReadResult cancelled = await reading.AsTask().WaitAsync(TestEdge.Guard);
        Assert.True(cancelled.IsCanceled);
        input.AdvanceTo(cancelled.Buffer.Start, cancelled.Buffer.End);

        await pair.Client.SendAsync("abc"u8.ToArray());
        ReadResult next = await input.ReadAsync().AsTask().WaitAsync(TestEdge.Guard);

        Assert.False(next.IsCanceled);
        Assert.Equal("abc"u8.ToArray(), next.Buffer.ToArray());
    }

    [Fact]
    public async Task A_cancellation_that_nobody_waited_for_is_the_next_reads()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeReader input = pair.Server.Transport.Input;
        input.CancelPendingRead();

        ReadResult cancelled = await input.ReadAsync();

        Assert.True(cancelled.IsCanceled);
        input.AdvanceTo(cancelled.Buffer.Start);
        ValueTask<ReadResult> reading = input.ReadAsync();
        await pair.Client.SendAsync("abc"u8.ToArray());
        Assert.Equal("abc"u8.ToArray(), (await reading.AsTask().WaitAsync(TestEdge.Guard)).Buffer.ToArray());
    }

    [Fact]
    public async Task Cancellations_from_another_thread_lose_nothing()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeReader input = pair.Server.Transport.Input;
        byte[] sent = new byte[512 * 1024];
        new Random(6).NextBytes(sent);
        using var over = new CancellationTokenSource();
        Task cancelling = Task.Factory.StartNew(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    input.CancelPendingRead();
                    Thread.Yield();
                }
            },
            TaskCreationOptions.LongRunning);
        Task sending = SendInPiecesAsync(pair.Client, sent, new Random(7));
        using var received = new MemoryStream();
        while (true)
        {
            ReadResult result = await input.ReadAsync().AsTask().WaitAsync(TestEdge.Guard);
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                received.Write(part.Span);
            }

            bool end = result.IsCompleted;
            input.AdvanceTo(result.Buffer.End);
            if (end)
            {
                break;
            }
        }

        await over.CancelAsync();
        await cancelling;
        await sending;
        Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task A_token_ends_the_wait()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        using var given = new CancellationTokenSource();
        ValueTask<ReadResult> reading = pair.Server.Transport.Input.ReadAsync(given.Token);

        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask().WaitAsync(TestEdge.Guard));
        await pair.Client.SendAsync("abc"u8.ToArray());
        ReadResult next = await pair.Server.Transport.Input.ReadAsync().AsTask().WaitAsync(TestEdge.Guard);
        Assert.Equal("abc"u8.ToArray(), next.Buffer.ToArray());
    }

    [Fact]
    public async Task The_token_of_an_earlier_read_ends_no_later_one()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeReader input = pair.Server.Transport.Input;
        using var earlier = new CancellationTokenSource();
        using var later = new CancellationTokenSource();
        Task<ReadResult> first = input.ReadAsync(earlier.Token).AsTask();
        await pair.Client.SendAsync("abc"u8.ToArray());
        input.AdvanceTo((await first.WaitAsync(TestEdge.Guard)).Buffer.End);
        Task<ReadResult> second = input.ReadAsync(later.Token).AsTask();

        await earlier.CancelAsync();

        await pair.Client.SendAsync("def"u8.ToArray());
        Assert.Equal("def"u8.ToArray(), (await second.WaitAsync(TestEdge.Guard)).Buffer.ToArray());
    }

    [Fact]
    public async Task Long_pieces_between_short_ones_come_whole()
    {
        await using SocketPair pair = await SocketPair.ConnectAsync();
        PipeReader input = pair.Server.Transport.Input;
        foreach (int length in (int[])[100, 768, 769, 1024, 100, 4096, 4097, 70_000, 1024, 100, 100, 100, 100, 100, 100, 100, 100, 100, 5000, 1])
        {
            byte[] sent = new byte[length];
            new Random(length).NextBytes(sent);
            await pair.Client.SendAsync(sent);
            ReadResult result = await input.ReadAtLeastAsync(length).AsTask().WaitAsync(TestEdge.Guard);
            Assert.True(result.Buffer.ToArray().AsSpan().SequenceEqual(sent));
            input.AdvanceTo(result.Buffer.End);
        }
    }

    private static async Task TakeAsync(SocketPair pair, string text)
    {
        await pair.Client.SendAsync(System.Text.Encoding.ASCII.GetBytes(text));
        ReadResult result = await pair.Server.Transport.Input.ReadAsync().AsTask().WaitAsync(TestEdge.Guard);
        Assert.Equal(text.Length, result.Buffer.Length);
        pair.Server.Transport.Input.AdvanceTo(result.Buffer.End);
    }

    private static async Task EndOf(SocketPair pair)
    {
        var ended = new TaskCompletionSource();
        await using CancellationTokenRegistration told = pair.Server.ConnectionClosed.Register(ended.SetResult);
        await ended.Task.WaitAsync(TestEdge.Guard);
    }

    private static async Task SendInPiecesAsync(Socket socket, byte[] all, Random random)
    {
        for (int at = 0; at < all.Length;)
        {
            int length = Math.Min(all.Length - at, random.Next(3) == 0 ? random.Next(1, 1100) : random.Next(1, 100_000));
            await socket.SendAsync(all.AsMemory(at, length));
            at += length;
            if (random.Next(3) == 0)
            {
                await Task.Yield();
            }
        }

        socket.Shutdown(SocketShutdown.Send);
    }
}
