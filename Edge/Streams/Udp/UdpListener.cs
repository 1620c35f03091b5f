using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Async;
using Mesh.Edge.Listeners;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Streams.Udp;

/// <summary>Takes the datagrams of one socket and gives each to the session of the client it came from.</summary>
internal sealed class UdpListener(StreamPipeline pipeline, PhysicalListener listener, DatagramSocket socket, ILogger log)
{
    /// <summary>Of any datagram.</summary>
    public const int MaxDatagramBytes = 64 * 1024;

    /// <summary>Bytes that the smallest datagram counts for in a <see cref="Turn"/>: it takes as many calls as a large one.</summary>
    private const int LeastTurn = 1024;

    private readonly ConcurrentDictionary<DatagramPath, UdpSession> sessions = new();
    private readonly ReplySockets elsewhere = new();
    private readonly Lock beginning = new();
    private int open;
    private int full;
    private int mute;

    /// <summary>Ends when the listener stops; no failure ends it and none makes it spin.</summary>
    public Task RunAsync() => TakeAllAsync(socket);

    public void Forget(DatagramPath path, DatagramSocket replies)
    {
        if (sessions.TryRemove(path, out _))
        {
            Interlocked.Decrement(ref open);
            Volatile.Write(ref full, 0);
        }

        if (!ReferenceEquals(replies, socket))
        {
            elsewhere.Return(replies.Local);
        }
    }

    private async Task TakeAllAsync(DatagramSocket from)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(MaxDatagramBytes, pinned: true);
        DatagramPath path = from.NewPath();
        TimeSpan backOff = AcceptLoop.FirstBackOff;
        CancellationToken stopping = listener.Stopping;
        Turn turn = default;
        while (!stopping.IsCancellationRequested && !from.IsClosed)
        {
            try
            {
                int count = await from.ReceiveAsync(buffer, path, stopping);
                Take(path, buffer.AsSpan(0, count));
                backOff = AcceptLoop.FirstBackOff;
                if (turn.IsOver(Math.Max(count, LeastTurn)))
                {
                    await Task.Yield();
                }
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                if (!stopping.IsCancellationRequested && !from.IsClosed)
                {
                    log.LogWarning("Listener {Listener} cannot receive ({Reason}); next try in {BackOff} ms", listener.Name, failure.Message, backOff.TotalMilliseconds);
                    await Task.Delay(backOff, pipeline.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    backOff = backOff * 2 > AcceptLoop.MaxBackOff ? AcceptLoop.MaxBackOff : backOff * 2;
                }
            }
            catch (Exception failure)
            {
                // Whatever it is, it concerns this datagram and not the listener.
                log.LogError(failure, "A datagram of listener {Listener} was lost", listener.Name);
            }
        }
    }

    private void Take(DatagramPath path, ReadOnlySpan<byte> datagram)
    {
        if (!sessions.TryGetValue(path, out UdpSession? session))
        {
            if (listener.Terms is { Allowed: not null } terms && !terms.Admits(path.Client))
            {
                return;
            }

            if (Volatile.Read(ref open) >= pipeline.Limits.MaxUdpSessions)
            {
                if (Interlocked.Exchange(ref full, 1) == 0)
                {
                    log.LogWarning("Listener {Listener} has its {Limit} sessions: datagrams of further clients are dropped", listener.Name, pipeline.Limits.MaxUdpSessions);
                }

                return;
            }

            session = Begin(path);
        }

        session?.Send(datagram);
    }

    /// <summary>Null when there is no way to answer.</summary>
    private UdpSession? Begin(DatagramPath path)
    {
        // Datagrams for one address may come by the listener's socket and by that which answers from there.
        lock (beginning)
        {
            if (sessions.TryGetValue(path, out UdpSession? begun))
            {
                return begun;
            }

            IPEndPoint asked = path.Asked;
            if (RepliesFor(asked) is not { } replies)
            {
                return null;
            }

            // The loop writes the next datagram's into the one it has.
            path = path.Copy();
            var facts = new ConnectionFacts
            {
                Listener = listener.Name,
                RemoteEndPoint = path.Client,
                LocalEndPoint = asked,
            };
            var session = new UdpSession(pipeline, this, listener, replies, path, facts);
            Interlocked.Increment(ref open);
            sessions[path] = session;
            _ = session.RunAsync();
            return session;
        }
    }

    private DatagramSocket? RepliesFor(IPEndPoint asked)
    {
        if (!listener.Directive.Transparent || asked.Port == socket.Local.Port)
        {
            return socket;
        }

        try
        {
            DatagramSocket replies = elsewhere.Rent(asked, made => _ = TakeAllAsync(made));
            Volatile.Write(ref mute, 0);
            return replies;
        }
        catch (SocketException failure)
        {
            if (Interlocked.Exchange(ref mute, 1) == 0)
            {
                log.LogWarning("Listener {Listener} drops datagrams for {Asked}, for it cannot answer from there: {Reason}", listener.Name, asked, failure.Message);
            }

            return null;
        }
    }
}
