using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Listeners;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Streams.Udp;

/// <summary>Takes the datagrams of one socket and gives each to the session of the client it came from.</summary>
internal sealed class UdpListener(StreamPipeline pipeline, PhysicalListener listener, Socket socket, ILogger log)
{
    /// <summary>Of any datagram.</summary>
    public const int MaxDatagramBytes = 64 * 1024;

    private readonly ConcurrentDictionary<SocketAddress, UdpSession> sessions = new();
    private readonly IPEndPoint local = (IPEndPoint)socket.LocalEndPoint!;
    private int open;
    private int full;

    /// <summary>Ends when the listener stops; no failure ends it and none makes it spin.</summary>
    public async Task RunAsync()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(MaxDatagramBytes, pinned: true);
        var from = new SocketAddress(socket.AddressFamily);
        TimeSpan backOff = AcceptLoop.FirstBackOff;
        CancellationToken stopping = listener.Stopping;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                int count = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, stopping);
                Take(from, buffer.AsSpan(0, count));
                backOff = AcceptLoop.FirstBackOff;
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                if (!stopping.IsCancellationRequested)
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

    public void Forget(SocketAddress client)
    {
        if (sessions.TryRemove(client, out _))
        {
            Interlocked.Decrement(ref open);
            Volatile.Write(ref full, 0);
        }
    }

    private void Take(SocketAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!sessions.TryGetValue(from, out UdpSession? session))
        {
            if (listener.Terms is { Allowed: not null } terms && !terms.Admits(local.Create(from)))
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

            session = Begin(from);
        }

        session.Send(datagram);
    }

    private UdpSession Begin(SocketAddress from)
    {
        // The loop writes the next sender into the one it has.
        var client = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(client.Buffer.Span);
        var facts = new ConnectionFacts
        {
            Listener = listener.Name,
            RemoteEndPoint = local.Create(client),
            LocalEndPoint = local,
        };
        var session = new UdpSession(pipeline, this, listener, socket, client, facts);
        Interlocked.Increment(ref open);
        sessions[client] = session;
        _ = session.RunAsync();
        return session;
    }
}
