using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;

namespace Mesh.Edge.Guard;

/// <summary>Passes an HTTP/2 connection's bytes to the server unchanged and aborts the connection when its frame budget is used up.</summary>
internal sealed class BudgetedReader(PipeReader inner, FrameBudget budget, Action<string> abort) : PipeReader
{
    private ReadOnlySequence<byte> buffer;

    /// <summary>Bytes at the start of the buffer that were counted before.</summary>
    private long counted;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.FromResult(Count(read.Result)) : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Count(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        counted -= buffer.Slice(buffer.Start, consumed).Length;
        buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Count(await read);

    private ReadResult Count(ReadResult result)
    {
        buffer = result.Buffer;
        foreach (ReadOnlyMemory<byte> segment in counted == 0 ? buffer : buffer.Slice(counted))
        {
            budget.Take(segment.Span);
            counted += segment.Length;
        }

        if (!budget.Exhausted)
        {
            return result;
        }

        // The bytes stay unseen: parsing them is the work that the client must not get.
        abort("Too many HTTP/2 frames without progress");
        buffer = result.Buffer.Slice(0, 0);
        return new ReadResult(buffer, isCanceled: false, isCompleted: true);
    }
}
