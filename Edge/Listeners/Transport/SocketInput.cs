using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Listeners.Transport;

/// <summary>
/// What comes from a socket, read straight into the buffer that the server parses. A receive is begun as soon as the reader has
/// taken all there is, not when it asks for more: so the end of a connection is noticed also while a request is worked on.
/// One reader at a time.
/// </summary>
/// <param name="owner">Told, perhaps by the thread that polls sockets, when the peer has finished or the connection broke.</param>
internal sealed class SocketInput(Socket socket, SocketConnection owner) : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>Bytes, kept as long as the connection: holds the head of most requests, and costs what an idle connection costs.</summary>
    private const int SmallBuffer = 768;

    /// <summary>Bytes, for a connection of which one of the last receives did not fit the small one.</summary>
    private const int MediumBuffer = 4 * 1024;

    /// <summary>Receives that fit the small buffer before the medium one is given back.</summary>
    private const int KeepsMediumFor = 8;

    /// <summary>Bytes, for long heads and bodies; held only while something is in it.</summary>
    private const int LargeBuffer = 64 * 1024;

    /// <summary>Bytes that the reader may leave untaken and still ask for more.</summary>
    private const int MaxUntaken = 1024 * 1024;

    private const int None = 0;
    private const int UnderWay = 1;
    private const int Awaited = 2;
    private const int Claimed = 3;
    private const int Arrived = 4;

    private readonly byte[] small = new byte[SmallBuffer];
    private Receiving? receiving;
    private ManualResetValueTaskSourceCore<ReadResult> waiter;

    /// <summary>In place of the small buffer.</summary>
    private byte[]? rented;
    private int start;
    private int end;

    /// <summary>The reader has looked at all of it and wants more.</summary>
    private bool examinedAll = true;

    /// <summary>Bytes of the buffer that the last receive filled, so that more is likely to come at once; 0 when it did not.</summary>
    private int filled;

    /// <summary>Receives that may still be small before the medium buffer is given back.</summary>
    private int keepsMedium;
    private bool finished;
    private bool completed;
    private Exception? failure;
    private int state;
    private int cancelled;

    /// <summary>What the reader waits with; most connections know one.</summary>
    private CancellationToken watched;
    private CancellationTokenRegistration watching;

    private byte[] Buffer => rented ?? small;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryGive(out ReadResult result))
        {
            return ValueTask.FromResult(result);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (state == None)
        {
            Begin();
        }

        if (cancellationToken != watched)
        {
            Watch(cancellationToken);
        }

        waiter.Reset();
        while (Interlocked.CompareExchange(ref state, Awaited, UnderWay) != UnderWay)
        {
            if (TakeOver())
            {
                return ValueTask.FromResult(Give());
            }
        }

        // Whoever cancelled just before saw nobody waiting.
        if (Volatile.Read(ref cancelled) == 1 && Interlocked.CompareExchange(ref state, UnderWay, Awaited) == Awaited)
        {
            Volatile.Write(ref cancelled, 0);
            return ValueTask.FromResult(Give(isCanceled: true));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            OnTokenCancelled();
        }

        return new ValueTask<ReadResult>(this, waiter.Version);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (TryGive(out result))
        {
            return true;
        }

        if (Volatile.Read(ref state) != Arrived || !TakeOver())
        {
            return false;
        }

        result = Give();
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!ReferenceEquals(consumed.GetObject(), Buffer))
        {
            throw new InvalidOperationException("The position is not one of what was read last.");
        }

        start = consumed.GetInteger() & int.MaxValue;
        if (Volatile.Read(ref state) != None)
        {
            // It was given although a receive was under way: end and buffer belong to that one.
            return;
        }

        examinedAll = (examined.GetInteger() & int.MaxValue) == end;
        if (start == end)
        {
            start = end = 0;
            Shrink();
        }

        if (examinedAll && !finished && !completed && failure is null)
        {
            Begin();
        }
    }

    /// <summary>The reader that waits gets what there is, marked as cancelled; else the next one.</summary>
    public override void CancelPendingRead()
    {
        Interlocked.Exchange(ref cancelled, 1);
        if (Interlocked.CompareExchange(ref state, UnderWay, Awaited) == Awaited)
        {
            Volatile.Write(ref cancelled, 0);
            waiter.SetResult(Give(isCanceled: true));
        }
    }

    public override void Complete(Exception? exception = null)
    {
        completed = true;
        if (Volatile.Read(ref state) == None)
        {
            GiveBack();
        }
    }

    /// <summary>Nothing has come that was not taken: there can be nothing in the kernel either.</summary>
    public bool IsWaiting => Volatile.Read(ref state) is UnderWay or Awaited;

    /// <summary>The socket is closed: a receive that is under way has ended or is about to.</summary>
    public void Release()
    {
        watching.Dispose();
        receiving?.Dispose();
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => waiter.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiter.OnCompleted(continuation, state, token, flags);

    /// <summary>Kept for the reads that follow: to register for each would cost more than to read.</summary>
    private void Watch(CancellationToken token)
    {
        // Waits for a call that is under way: it must not meet a reader who waits with another token.
        watching.Dispose();
        watched = token;
        watching = token.UnsafeRegister(static input => ((SocketInput)input!).OnTokenCancelled(), this);
    }

    /// <summary>What was asked for goes on, and is given to the next read.</summary>
    private void OnTokenCancelled()
    {
        if (Interlocked.CompareExchange(ref state, UnderWay, Awaited) == Awaited)
        {
            waiter.SetException(new OperationCanceledException(watched));
        }
    }

    /// <exception cref="IOException">The connection is broken.</exception>
    private bool TryGive(out ReadResult result)
    {
        if (Volatile.Read(ref cancelled) == 1)
        {
            Volatile.Write(ref cancelled, 0);
            result = Give(isCanceled: true);
            return true;
        }

        // What is there is not given again before there is more, unless the reader left some of it unseen.
        bool settled = state == None && (finished || failure is not null || !examinedAll);
        result = settled ? Give() : default;
        return settled;
    }

    private ReadResult Give(bool isCanceled = false)
    {
        if (failure is { } broken && !isCanceled)
        {
            throw broken;
        }

        return new ReadResult(new ReadOnlySequence<byte>(Buffer, start, end - start), isCanceled, finished);
    }

    /// <summary>Only while none is under way. Leaves it under way, or arrived.</summary>
    private void Begin()
    {
        receiving ??= new Receiving(this);
        if (end == Buffer.Length && start > 0)
        {
            Buffer.AsSpan(start, end - start).CopyTo(Buffer);
            (start, end) = (0, end - start);
        }

        if (rented is null && Math.Max(end, filled) == SmallBuffer)
        {
            Rent(MediumBuffer);
        }

        Volatile.Write(ref state, UnderWay);
        bool widen = end == Buffer.Length || (filled > SmallBuffer && Buffer.Length < LargeBuffer);
        if (!receiving.Begin(socket, widen ? default : Buffer.AsMemory(end)))
        {
            Volatile.Write(ref state, Arrived);
        }
    }

    /// <summary>By the reader, when a receive has ended that nobody waited for. False when that was only the wait for one, which goes on.</summary>
    private bool TakeOver()
    {
        while (receiving!.WaitsOnly)
        {
            Widen();
            Volatile.Write(ref state, UnderWay);
            if (receiving.Begin(socket, Buffer.AsMemory(end)))
            {
                return false;
            }
        }

        Settle();
        Volatile.Write(ref state, None);
        return true;
    }

    /// <summary>On the thread that polls sockets.</summary>
    private void OnReceived()
    {
        while (true)
        {
            if (Interlocked.CompareExchange(ref state, Arrived, UnderWay) == UnderWay)
            {
                if (receiving!.SaysClosed)
                {
                    owner.TellEnd();
                }

                return;
            }

            if (Interlocked.CompareExchange(ref state, Claimed, Awaited) != Awaited)
            {
                // Cancelled between the two.
                continue;
            }

            if (!receiving!.WaitsOnly)
            {
                break;
            }

            Widen();
            Volatile.Write(ref state, Awaited);
            if (receiving.Begin(socket, Buffer.AsMemory(end)))
            {
                return;
            }
        }

        Settle();
        Volatile.Write(ref state, None);
        if (failure is { } broken)
        {
            waiter.SetException(broken);
        }
        else
        {
            waiter.SetResult(Give());
        }
    }

    private void Settle()
    {
        if (receiving!.Error != SocketError.Success)
        {
            failure = owner.Reason ?? new ConnectionResetException($"The connection broke: {receiving.Error}.");
        }
        else if (receiving.BytesTransferred == 0)
        {
            finished = true;
        }
        else
        {
            end += receiving.BytesTransferred;
            filled = end == Buffer.Length ? end : 0;
            keepsMedium = end >= SmallBuffer ? KeepsMediumFor : Math.Max(keepsMedium - 1, 0);
        }

        if (finished || failure is not null)
        {
            owner.TellEnd();
        }

        examinedAll = false;
    }

    private void Widen()
    {
        if (end == Buffer.Length || Buffer.Length < LargeBuffer)
        {
            int wanted = Math.Min(Math.Max(2 * Buffer.Length, LargeBuffer), MaxUntaken);
            if (end - start >= wanted)
            {
                throw new ConnectionAbortedException("The reader takes nothing of what it has asked for.");
            }

            Rent(wanted);
        }
    }

    private void Rent(int least)
    {
        byte[] wider = ArrayPool<byte>.Shared.Rent(least);
        int length = end - start;
        Buffer.AsSpan(start, length).CopyTo(wider);
        GiveBack();
        rented = wider;
        (start, end) = (0, length);
    }

    /// <summary>Only while it is empty.</summary>
    private void Shrink()
    {
        if (rented is { } emptied && (keepsMedium == 0 || emptied.Length >= LargeBuffer))
        {
            GiveBack();
        }
    }

    private void GiveBack()
    {
        if (rented is { } outgrown)
        {
            rented = null;
            ArrayPool<byte>.Shared.Return(outgrown);
        }
    }

    /// <summary>The socket's receive; without memory it waits until there is something, and holds no buffer meanwhile.</summary>
    private sealed class Receiving(SocketInput input) : SocketAsyncEventArgs(true)
    {
        private SocketError refused;

        public SocketError Error => refused != SocketError.Success ? refused : SocketError;

        public bool WaitsOnly => Error == SocketError.Success && MemoryBuffer.IsEmpty;

        /// <summary>That the connection is over, so far as it can be told.</summary>
        public bool SaysClosed => Error != SocketError.Success || (BytesTransferred == 0 && !MemoryBuffer.IsEmpty);

        /// <summary>True when it goes on; else it has ended already.</summary>
        public bool Begin(Socket socket, Memory<byte> memory)
        {
            SetBuffer(memory);
            try
            {
                return socket.ReceiveAsync(this);
            }
            catch (ObjectDisposedException)
            {
                refused = SocketError.OperationAborted;
                return false;
            }
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => input.OnReceived();
    }
}
