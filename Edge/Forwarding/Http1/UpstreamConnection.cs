using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;
using Mesh.Edge.Forwarding.Http1.Head;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// One kept connection to a target. A read is always under way while it waits, between requests as well: that is how a
/// close is noticed, and it is the same read that the next response arrives in.
/// </summary>
internal sealed class UpstreamConnection(Socket socket, SslStream? tls, long openedAt, bool isClients)
{
    /// <summary>Bytes. Holds nearly every head, and small bodies with it.</summary>
    private const int SmallBuffer = 8 * 1024;

    /// <summary>Bytes, for long heads and while a long body passes.</summary>
    private const int LargeBuffer = 64 * 1024;

    private readonly byte[] small = new byte[SmallBuffer];
    private byte[]? large;
    private int start;
    private int end;
    private ValueTask<int> arriving;
    private bool receiving;
    private int state;

    /// <summary>What the next request's head is written into.</summary>
    public RequestHead Request { get; } = new();

    /// <summary>What the last response's head said.</summary>
    public ResponseHead Response { get; } = new();

    /// <summary>When the exchange that has it must end.</summary>
    public Deadline Deadline { get; } = new(socket);

    /// <summary>Where it returns to.</summary>
    public ConnectionPool Pool { get; set; } = null!;

    /// <summary>Place in the pool; 0 while it has none.</summary>
    public int Place { get; set; }

    /// <summary>Place of the connection below it in the pool's stack; 0 for none.</summary>
    public int Below { get; set; }

    /// <summary>Of the thread that its reads complete on, as far as is known.</summary>
    public int Lane { get; private set; }

    /// <summary>It belongs to one client and serves no second exchange.</summary>
    public bool IsClients => isClients;

    /// <summary>Time stamp.</summary>
    public long OpenedAt => openedAt;

    /// <summary>Time stamp of the last return to the pool.</summary>
    public long IdleSince { get; private set; }

    /// <summary>What came and was not consumed.</summary>
    public ReadOnlyMemory<byte> Received => Input.AsMemory(start, end - start);

    /// <summary>Bytes that the next read can bring.</summary>
    public int Room => Input.Length - end;

    private byte[] Input => large ?? small;

    /// <summary>For a new exchange, whose client's connection ends with <paramref name="clientGone"/>.</summary>
    public void Begin(CancellationToken clientGone)
    {
        Response.Reset();
        Deadline.Begin(clientGone);
    }

    /// <summary>The read that is under way; starts one when none is. Zero bytes is the end.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="IOException">The TLS connection broke.</exception>
    /// <exception cref="ObjectDisposedException">The deadline closed it.</exception>
    public ValueTask<int> Receive()
    {
        if (!receiving)
        {
            return Read();
        }

        receiving = false;
        ValueTask<int> pending = arriving;
        arriving = default;
        return pending;
    }

    /// <summary>Puts a read under way.</summary>
    public void Listen() => Listen(Read());

    /// <summary>Puts back a read that <see cref="Receive"/> gave.</summary>
    public void Listen(ValueTask<int> pending)
    {
        arriving = pending;
        receiving = true;
    }

    /// <summary>What the awaited read gave.</summary>
    /// <param name="waited">It was not there at once, so that this is the thread that reads complete on.</param>
    public void Arrived(int count, bool waited)
    {
        end += count;
        if (waited)
        {
            Lane = Http1.Lane.Current;
        }
    }

    public void Consume(int count)
    {
        start += count;
        if (start == end)
        {
            start = end = 0;
        }
    }

    /// <summary>Makes room for the next read. False when a large buffer is full of what was not consumed.</summary>
    public bool MakeRoom()
    {
        byte[] from = Input;
        if (end < from.Length)
        {
            return true;
        }

        if (start == 0 && large is not null)
        {
            return false;
        }

        int length = end - start;
        if (start == 0)
        {
            large = ArrayPool<byte>.Shared.Rent(LargeBuffer);
        }

        from.AsSpan(start, length).CopyTo(Input);
        (start, end) = (0, length);
        return true;
    }

    /// <summary>A long body passes: while nothing unconsumed stands in the buffer, a larger one takes its place.</summary>
    public void Widen()
    {
        if (end == 0 && !receiving)
        {
            large ??= ArrayPool<byte>.Shared.Rent(LargeBuffer);
        }
    }

    /// <summary>Completes at once unless the peer's window is full.</summary>
    public ValueTask<int> Send(ReadOnlyMemory<byte> bytes) => tls is null ? socket.SendAsync(bytes, SocketFlags.None) : SendSecure(bytes);

    /// <summary>The exchange is over and the connection may be used again: puts a read under way. False when it is lost after all.</summary>
    public bool Rest(long now)
    {
        if (!Deadline.Clear())
        {
            return false;
        }

        Shrink();
        Request.Shrink();
        IdleSince = now;
        try
        {
            Listen();
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException or IOException)
        {
            return false;
        }

        Volatile.Write(ref state, (int)ConnectionState.Idle);
        return true;
    }

    /// <summary>Takes it out of the pool for an exchange. False when it is closed, or the peer ended it or spoke out of turn.</summary>
    public bool TryTake()
    {
        var spin = default(SpinWait);
        while (true)
        {
            switch ((ConnectionState)Interlocked.CompareExchange(ref state, (int)ConnectionState.Active, (int)ConnectionState.Idle))
            {
                case ConnectionState.Idle:
                    return !arriving.IsCompleted;
                case ConnectionState.Watched:
                    spin.SpinOnce();
                    continue;
                default:
                    return false;
            }
        }
    }

    /// <summary>Called by the watch: closes an idle connection that the peer ended, or that was kept for too long.</summary>
    /// <returns>True when it is closed now.</returns>
    public bool CloseIfStale(long idleBefore, long openedBefore)
    {
        if (Interlocked.CompareExchange(ref state, (int)ConnectionState.Watched, (int)ConnectionState.Idle) != (int)ConnectionState.Idle)
        {
            return false;
        }

        if (!arriving.IsCompleted && IdleSince > idleBefore && OpenedAt > openedBefore)
        {
            Volatile.Write(ref state, (int)ConnectionState.Idle);
            return false;
        }

        Close();
        return true;
    }

    /// <summary>Closed; whoever finds it in the pool drops it.</summary>
    public bool IsDead => Volatile.Read(ref state) == (int)ConnectionState.Dead;

    public void Close()
    {
        Volatile.Write(ref state, (int)ConnectionState.Dead);
        tls?.Dispose();
        socket.Dispose();
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<int> SendSecure(ReadOnlyMemory<byte> bytes)
    {
        await tls!.WriteAsync(bytes);
        return bytes.Length;
    }

    private ValueTask<int> Read() => tls is null
        ? socket.ReceiveAsync(Input.AsMemory(end), SocketFlags.None)
        : tls.ReadAsync(Input.AsMemory(end));

    private void Shrink()
    {
        start = end = 0;
        if (large is { } buffer)
        {
            large = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
