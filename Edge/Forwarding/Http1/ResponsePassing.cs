using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;
using Mesh.Edge.Forwarding.Http1.Head;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>Passes a response's body on to the client as it comes.</summary>
internal sealed class ResponsePassing(Exchange exchange, ServicePlan plan, UpstreamConnection connection, TimeProvider time)
{
    /// <summary>Bytes; longer ones would be allocated.</summary>
    private const int ServerBlock = 4096;

    /// <summary>Bytes that are handed to the server before the client's pace is heeded.</summary>
    private const int MaxUnflushed = 64 * 1024;

    private readonly long readTicks = (long)(plan.ReadTimeout.TotalSeconds * time.TimestampFrequency);
    private BodyFraming framing = new(connection.Response);
    private int room;
    private bool filled;
    private ITimer? clientsTurn;

    /// <summary>The whole body is here: nothing waits, and nothing can go wrong any more.</summary>
    public static bool TryAtOnce(Exchange exchange, UpstreamConnection connection)
    {
        ResponseHead head = connection.Response;
        if (head.Body != BodyLength.Counted || connection.Received.Length < head.ContentLength)
        {
            return head.Body == BodyLength.None;
        }

        int length = (int)head.ContentLength!.Value;
        Write(exchange.Http.Response.BodyWriter, connection.Received.Span[..length]);
        connection.Consume(length);
        exchange.BytesOut = length;
        return true;
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    public async ValueTask<BodyEnd> Pass()
    {
        HttpResponse response = exchange.Http.Response;
        PipeWriter writer = response.BodyWriter;

        // The head too is something that the client can use while the body is waited for.
        bool started = false;
        int unflushed = 0;
        var turn = default(Turn);
        while (!framing.Complete)
        {
            if (connection.Received.IsEmpty)
            {
                ValueTask<int> receiving = Begin();
                if (!receiving.IsCompleted)
                {
                    turn.Waited();
                }

                if (unflushed >= MaxUnflushed || (!receiving.IsCompleted && (unflushed > 0 || !started)))
                {
                    int flushing = unflushed;
                    unflushed = 0;
                    started = true;
                    connection.Deadline.Pause();
                    await Start(response);
                    FlushResult flushed = await Flush(writer);
                    if (flushed.IsCompleted || flushed.IsCanceled)
                    {
                        connection.Listen(receiving);
                        return BodyEnd.ClientGone;
                    }

                    if (turn.IsOver(flushing))
                    {
                        await Task.Yield();
                    }
                }

                if (!await Receive(receiving))
                {
                    if (!framing.EndsWithConnection)
                    {
                        return BodyEnd.Broken;
                    }

                    break;
                }
            }

            await Start(response);
            if (!TryTake(out ReadOnlySpan<byte> data))
            {
                return BodyEnd.Broken;
            }

            if (!data.IsEmpty)
            {
                Write(writer, data);
                exchange.BytesOut += data.Length;
                unflushed += data.Length;
            }
        }

        PassTrailers();

        // Once the head is out, the server leaves what was written to whoever wrote it.
        if (unflushed > 0)
        {
            connection.Deadline.Pause();
            await Flush(writer);
        }

        return BodyEnd.Complete;
    }

    /// <summary>The body in one piece, for those who change it.</summary>
    public async ValueTask<WholeResponse> Take()
    {
        if (connection.Response.ContentLength > WholeBody.MaxBytes)
        {
            return WholeResponse.TooLong;
        }

        var whole = new ArrayBufferWriter<byte>();
        while (!framing.Complete)
        {
            if (connection.Received.IsEmpty && !await Receive(Begin()))
            {
                if (framing.EndsWithConnection)
                {
                    break;
                }

                return WholeResponse.Broken;
            }

            if (!TryTake(out ReadOnlySpan<byte> data))
            {
                return WholeResponse.Broken;
            }

            if (whole.WrittenCount + data.Length > WholeBody.MaxBytes)
            {
                return WholeResponse.TooLong;
            }

            whole.Write(data);
        }

        connection.Deadline.Pause();
        return new WholeResponse(whole.WrittenMemory);
    }

    /// <summary>Before it has started, the server keeps what is written aside, and a flush does not send it.</summary>
    private static Task Start(HttpResponse response) => response.HasStarted ? Task.CompletedTask : response.StartAsync();

    private ValueTask<FlushResult> Flush(PipeWriter writer)
    {
        ValueTask<FlushResult> flushing = writer.FlushAsync();
        return flushing.IsCompleted ? flushing : Timed(flushing);
    }

    /// <summary>The client has its limit. The timer is only stopped, never disposed: nothing holds one that stands.</summary>
    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<FlushResult> Timed(ValueTask<FlushResult> flushing)
    {
        clientsTurn ??= IdleTimeout.AbortLater(exchange.Http, time);
        clientsTurn.Change(IdleTimeout.ClientLimit, Timeout.InfiniteTimeSpan);
        try
        {
            return await flushing;
        }
        finally
        {
            clientsTurn.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private ValueTask<int> Begin()
    {
        if (filled)
        {
            connection.Widen();
        }

        room = connection.Room;
        return connection.Receive();
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<bool> Receive(ValueTask<int> receiving)
    {
        connection.Deadline.Set(time.GetTimestamp() + readTicks);
        int read = await receiving;
        connection.Arrived(read, waited: false);
        filled = read == room;
        return read > 0;
    }

    private bool TryTake(out ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> received = connection.Received.Span;
        bool good = framing.TryTake(received, out int taken, out Range where);
        data = received[where];
        connection.Consume(taken);
        return good;
    }

    /// <summary>In pieces that fit the server's blocks; before the response has started it gives none unless asked for a size.</summary>
    private static void Write(PipeWriter writer, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            Span<byte> block = writer.GetSpan(Math.Min(data.Length, ServerBlock));
            int length = Math.Min(block.Length, data.Length);
            data[..length].CopyTo(block);
            writer.Advance(length);
            data = data[length..];
        }
    }

    private void PassTrailers()
    {
        ReadOnlySpan<byte> trailers = framing.Trailers;
        if (trailers.Length <= "\r\n".Length || exchange.Http.Features.Get<IHttpResponseTrailersFeature>() is not { Trailers: { IsReadOnly: false } target })
        {
            return;
        }

        foreach (Range range in trailers.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = trailers[range].TrimEnd((byte)'\r');
            if (HeaderLineReader.TryRead(line, out HeaderLine read) && read.Role == HeaderRole.Plain && !TrailerRules.Forbids(read.Name))
            {
                target.Append(read.Name, read.Value);
            }
        }
    }
}
