using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;
using Mesh.Edge.Listeners;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Guard;

/// <summary>
/// The server's view of an HTTP/1.1 connection's bytes: one message at a time, and nothing after a message that broke the
/// framing rules. So what the inspector says is always about the message that the server works on, and bytes behind a
/// refused message can never become another request.
/// </summary>
/// <param name="requestBegun">Called with each complete head, before the server sees it.</param>
/// <param name="headers">Runs from the first byte of a head to its last; null where the server's own limit is enough.</param>
internal sealed class InspectedReader(PipeReader inner, Http1Inspector inspector, Action requestBegun, ConnectionDeadline? headers = null) : PipeReader
{
    private ReadOnlySequence<byte> exposed;

    /// <summary>Bytes at the start of the inner buffer that belong to the current message and were inspected.</summary>
    private long taken;
    private bool examinedAll = true;
    private bool inHead;
    private bool ended;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryEnd(out ReadResult end))
        {
            return ValueTask.FromResult(end);
        }

        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.FromResult(Expose(read.Result)) : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (TryEnd(out result))
        {
            return true;
        }

        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Expose(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (ended)
        {
            return;
        }

        if (!inspector.Opaque)
        {
            taken -= exposed.Slice(exposed.Start, consumed).Length;
            examinedAll = exposed.Slice(examined).IsEmpty;
        }

        exposed = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Expose(await read);

    /// <summary>True when the server asks for bytes that it must not get.</summary>
    private bool TryEnd(out ReadResult end)
    {
        if (inspector.MessageComplete && taken == 0 && !inspector.UpgradeAsked)
        {
            inspector.NextMessage();
        }
        else if (inspector.MessageComplete && examinedAll && taken > 0)
        {
            // The server wants more of a message that is at its end.
            inspector.Refuse(Http1Violation.Boundary);
        }

        end = default;
        if (taken > 0 && !examinedAll)
        {
            return false;
        }

        if (inspector.Refused)
        {
            // Unlike an end of the stream, this does not make the server believe that the client has gone: it still answers.
            throw new BadHttpRequestException("The request is malformed", StatusCodes.Status400BadRequest);
        }

        // After a request to upgrade that was not granted the client may have sent anything: the connection ends.
        ended = inspector.MessageComplete && inspector.UpgradeAsked;
        end = new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: ended);
        return ended;
    }

    private ReadResult Expose(ReadResult result)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        ended = false;
        if (inspector.Opaque)
        {
            exposed = buffer;
            return result;
        }

        Inspect(buffer);
        bool whole = taken == buffer.Length;
        exposed = whole ? buffer : buffer.Slice(0, taken);
        return new ReadResult(exposed, result.IsCanceled, whole && result.IsCompleted);
    }

    private void Inspect(ReadOnlySequence<byte> buffer)
    {
        if (inspector.MessageComplete || inspector.Refused)
        {
            return;
        }

        bool headPending = !inspector.HeadComplete;
        foreach (ReadOnlyMemory<byte> segment in taken == 0 ? buffer : buffer.Slice(taken))
        {
            int length = inspector.Take(segment.Span);
            taken += length;
            if (length < segment.Length)
            {
                break;
            }
        }

        if (headPending && inspector.HeadComplete)
        {
            requestBegun();
        }

        if (headers is not null && headPending)
        {
            Time(headers, pending: taken > 0 && !inspector.HeadComplete);
        }
    }

    private void Time(ConnectionDeadline headers, bool pending)
    {
        if (pending == inHead)
        {
            return;
        }

        inHead = pending;
        if (pending)
        {
            headers.Begin();
        }
        else
        {
            headers.End();
        }
    }
}
