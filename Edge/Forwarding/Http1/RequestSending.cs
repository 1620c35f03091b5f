using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>Sends a request's body as it comes from the client, the head with its first bytes.</summary>
internal sealed class RequestSending(Exchange exchange, ServicePlan plan, UpstreamConnection connection, RequestBody body, TimeProvider time) : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>Room before a piece for its length in hexadecimal.</summary>
    private const int ChunkHead = 8;

    /// <summary>For the rest of a body whose answer is over; as long as the server itself would wait for it.</summary>
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(5);

    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly bool chunked = exchange.Http.Request.ContentLength is null;
    private readonly CancellationTokenSource enough = new();
    private long left = exchange.Http.Request.ContentLength ?? 0;
    private bool headSent;
    private volatile bool answering;
    private Task<BodySent>? sending;

    /// <summary>Why the client's body could not be read.</summary>
    public Exception? ClientFailure { get; private set; }

    /// <summary>Everything was sent.</summary>
    public bool Whole => sending is { IsCompletedSuccessfully: true, Result: BodySent.Whole };

    /// <summary>Sends until all is sent or the upstream has something to say; what is left then goes on beside its answer.</summary>
    /// <exception cref="InvalidOperationException">The body is not as long as its Content-Length says: a plugin changed one of the two.</exception>
    public async ValueTask<BodySent> UntilAnswered()
    {
        sending = Run();
        if (!sending.IsCompleted)
        {
            Task<int> word = connection.Receive().AsTask();
            connection.Listen(new ValueTask<int>(word));
            await Task.WhenAny(sending, word);
        }

        if (sending.IsCompleted)
        {
            return await sending;
        }

        answering = true;
        return BodySent.CutShort;
    }

    /// <summary>
    /// The answer is over. An upstream that answered early mostly reads the rest all the same, and a client sends it: then both
    /// connections can be used again. Whoever takes too long loses the connection.
    /// </summary>
    public async ValueTask Finish()
    {
        if (sending is not { IsCompleted: false } unfinished)
        {
            return;
        }

        await exchange.Http.Response.CompleteAsync();
        connection.Deadline.Pause();
        using var ended = new CancellationTokenSource();
        if (await Task.WhenAny(unfinished, Task.Delay(RestLimit, time, ended.Token)) == unfinished)
        {
            await ended.CancelAsync();
        }
        else
        {
            // Over HTTP/2 this ends the stream only.
            exchange.Http.Abort();
        }
    }

    /// <summary>What was not sent until now is not asked for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (sending is { IsCompleted: false } unfinished)
        {
            connection.Deadline.Abandon();
            await enough.CancelAsync();
            await ((Task)unfinished).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        enough.Dispose();
    }

    private async Task<BodySent> Run()
    {
        var turn = default(Turn);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkHead + PieceBytes + LineEnd.Length);
        try
        {
            while (true)
            {
                ValueTask<int> reading = Read(buffer.AsMemory(ChunkHead, PieceBytes));
                if (!reading.IsCompleted)
                {
                    turn.Waited();
                }

                int read = await reading;
                if (read < 0)
                {
                    return ClientFailure is null ? BodySent.CutShort : BodySent.ClientFailed;
                }

                if (!chunked && (left -= read) < 0)
                {
                    throw new InvalidOperationException("The request body is longer than its Content-Length.");
                }

                Clock(plan.WriteTimeout);
                if (!await Send(chunked ? Frame(buffer, read) : buffer.AsMemory(ChunkHead, read)))
                {
                    return BodySent.CutShort;
                }

                if (read == 0)
                {
                    return left == 0 ? BodySent.Whole : throw new InvalidOperationException("The request body is shorter than its Content-Length.");
                }

                if (turn.IsOver(read))
                {
                    await Task.Yield();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>-1 when the client's body cannot be read, or the upstream takes no more.</summary>
    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<int> Read(Memory<byte> piece)
    {
        try
        {
            ValueTask<int> reading = body.ReadAsync(piece, enough.Token);
            if (!reading.IsCompleted)
            {
                // What the client sent first need not wait for the rest of it.
                bool takes = headSent || await Send(default);
                Clock(Timeout.InfiniteTimeSpan);
                return await reading is var read && takes ? read : -1;
            }

            return await reading;
        }
        catch (Exception failure) when (failure is not InvalidOperationException)
        {
            ClientFailure = failure;
            if (answering)
            {
                // Nobody else would tell the upstream, which may wait for the rest for good.
                connection.Deadline.Abandon();
            }

            return -1;
        }
    }

    /// <summary>False when the upstream takes no more. It may have answered before it hung up.</summary>
    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<bool> Send(ReadOnlyMemory<byte> piece)
    {
        try
        {
            if (!headSent)
            {
                headSent = true;
                Clock(plan.WriteTimeout);
                connection.Request.Append(piece.Span);
                await connection.Send(connection.Request.Bytes);
            }
            else if (piece.Length > 0)
            {
                await connection.Send(piece);
            }

            return true;
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Once the upstream answers, its silence is timed by whoever reads it.</summary>
    private void Clock(TimeSpan limit)
    {
        if (answering)
        {
            return;
        }

        if (limit == Timeout.InfiniteTimeSpan)
        {
            connection.Deadline.Pause();
        }
        else
        {
            connection.Deadline.Set(After(limit));
        }

        if (answering)
        {
            connection.Deadline.Set(After(plan.ReadTimeout));
        }
    }

    private static ReadOnlyMemory<byte> Frame(byte[] buffer, int length)
    {
        if (length == 0)
        {
            return LastChunk;
        }

        Span<byte> head = stackalloc byte[ChunkHead];
        length.TryFormat(head, out int digits, "x", CultureInfo.InvariantCulture);
        LineEnd.CopyTo(head[digits..]);
        head = head[..(digits + LineEnd.Length)];
        head.CopyTo(buffer.AsSpan(ChunkHead - head.Length));
        LineEnd.CopyTo(buffer.AsSpan(ChunkHead + length));
        return buffer.AsMemory(ChunkHead - head.Length, head.Length + length + LineEnd.Length);
    }

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
