using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;

namespace Mesh.Edge.Listeners.Transport;

/// <summary>
/// What goes to a socket: gathered in one buffer and sent with each flush, which is over when the kernel has all of it. A flush
/// never fails; when the connection is lost it says that nobody reads any more. One writer at a time.
/// </summary>
internal sealed class SocketOutput(Socket socket) : PipeWriter
{
    /// <summary>Bytes: the answer to most requests.</summary>
    private const int FirstBuffer = 4 * 1024;

    /// <summary>Bytes to which it grows at the second step, after which it doubles.</summary>
    private const int LargeBuffer = 64 * 1024;

    /// <summary>Bytes; less room than that is not worth giving.</summary>
    private const int LeastRoom = 256;

    private byte[]? buffer;
    private int length;
    private bool lost;

    /// <summary>1 while the kernel has not taken all of a flush.</summary>
    private int sending;
    private TaskCompletionSource? drained;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => length;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(length);

    public override Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(length);

    public override void Advance(int bytes) => length += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        length == 0 ? ValueTask.FromResult(Result) : Send(buffer.AsMemory(0, length));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (length == 0)
        {
            return source.IsEmpty ? ValueTask.FromResult(Result) : Send(source);
        }

        source.Span.CopyTo(GetSpan(source.Length));
        length += source.Length;
        return FlushAsync(cancellationToken);
    }

    /// <exception cref="NotSupportedException">A send cannot be taken back; whoever wants it to end closes the connection.</exception>
    public override void CancelPendingFlush() => throw new NotSupportedException("A send cannot be taken back.");

    /// <summary>Nothing is written any more. What was is sent.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is null && length > 0 && Volatile.Read(ref sending) == 0)
        {
            // Whoever closes the connection waits for it.
            _ = Send(buffer.AsMemory(0, length)).AsTask();
        }
    }

    /// <summary>Completes when nothing is on its way to the kernel any more.</summary>
    public Task DrainAsync()
    {
        if (Volatile.Read(ref sending) == 0)
        {
            return Task.CompletedTask;
        }

        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref drained, waiter);
        return Volatile.Read(ref sending) == 0 ? Task.CompletedTask : waiter.Task;
    }

    private FlushResult Result => new(isCanceled: false, isCompleted: lost);

    private ValueTask<FlushResult> Send(ReadOnlyMemory<byte> bytes)
    {
        if (!lost)
        {
            try
            {
                ValueTask<int> taking = socket.SendAsync(bytes, SocketFlags.None);
                if (!taking.IsCompleted)
                {
                    Volatile.Write(ref sending, 1);
                    return Finish(taking);
                }

                taking.GetAwaiter().GetResult();
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                lost = true;
            }
        }

        Release();
        return ValueTask.FromResult(Result);
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<FlushResult> Finish(ValueTask<int> taking)
    {
        try
        {
            await taking;
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            lost = true;
        }

        Release();
        Interlocked.Exchange(ref sending, 0);
        Volatile.Read(ref drained)?.TrySetResult();
        return Result;
    }

    private byte[] Room(int sizeHint)
    {
        int wanted = Math.Max(sizeHint, LeastRoom);
        if (buffer is { } roomy && roomy.Length - length >= wanted)
        {
            return roomy;
        }

        byte[]? full = buffer;
        int size = full is null ? FirstBuffer : full.Length < LargeBuffer ? LargeBuffer : 2 * full.Length;
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, length + wanted));
        if (full is not null)
        {
            full.AsSpan(0, length).CopyTo(buffer);
            ArrayPool<byte>.Shared.Return(full);
        }

        return buffer;
    }

    private void Release()
    {
        length = 0;
        if (buffer is { } sent)
        {
            buffer = null;
            ArrayPool<byte>.Shared.Return(sent);
        }
    }
}
