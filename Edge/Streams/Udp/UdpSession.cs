using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins;
using Mesh.Edge.ProxyProtocol;
using Mesh.Edge.Streams.Relay;

namespace Mesh.Edge.Streams.Udp;

/// <summary>
/// The datagrams of one client: a socket of its own towards one target, whose datagrams go back to the client. Ends when
/// nothing has come either way for the service's read timeout, and when the target cannot be reached: the client's next
/// datagram then begins anew, with another target.
/// </summary>
internal sealed class UdpSession : IListenerConnection, IStreamForward, ITimed
{
    private readonly StreamPipeline pipeline;
    private readonly UdpListener owner;
    private readonly PhysicalListener listener;
    private readonly DatagramSocket replies;
    private readonly DatagramPath path;
    private readonly StreamExchange exchange;
    private readonly RelayProgress progress;
    private readonly Lock gate = new();
    private Queue<byte[]>? waiting = [];
    private Socket? upstream;
    private string? ended;

    /// <param name="replies">By which the client gets its answers.</param>
    public UdpSession(StreamPipeline pipeline, UdpListener owner, PhysicalListener listener, DatagramSocket replies, DatagramPath path, ConnectionFacts facts)
    {
        this.pipeline = pipeline;
        this.owner = owner;
        this.listener = listener;
        this.replies = replies;
        this.path = path;
        exchange = pipeline.Begin(facts, this);
        progress = new RelayProgress(pipeline.Clock);
    }

    /// <summary>Never fails.</summary>
    public async Task RunAsync()
    {
        listener.Remember(this);
        pipeline.Clock.Watch(this);
        try
        {
            // The receiving loop goes on at once; the first datagram waits in the queue.
            await Task.Yield();
            await pipeline.RunAsync(exchange, RequestProtocols.Udp, null);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            exchange.UpstreamFailed = ended is null;
            exchange.Reason ??= ended ?? "the target cannot be reached";
        }
        catch (Exception failure)
        {
            pipeline.Fail(exchange, failure);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Called by the receiving loop; does not wait. Without a target yet, a few datagrams wait and more are lost.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (Volatile.Read(ref upstream) is { } open && Volatile.Read(ref waiting) is null)
        {
            Pass(open, datagram);
            return;
        }

        lock (gate)
        {
            if (waiting is null)
            {
                if (upstream is { } opened)
                {
                    Pass(opened, datagram);
                }

            }
            else if (waiting.Count < pipeline.Limits.MaxWaitingDatagrams)
            {
                waiting.Enqueue(datagram.ToArray());
            }
        }
    }

    public async ValueTask ForwardAsync()
    {
        if (exchange.Plan is not { } plan)
        {
            exchange.Refuse(StreamStatus.Unavailable, exchange.Service is null ? "no Service found with those values" : "the service cannot be served");
            return;
        }

        UpstreamBalancer? balancer = StreamPipeline.UpstreamOf(exchange);
        exchange.UpstreamStartedAt = pipeline.Time.GetTimestamp();
        while (StreamPipeline.NextTarget(exchange, balancer) is { } target)
        {
            exchange.Target = target;
            if (await OpenAsync(target, plan) is { } problem)
            {
                if (StreamPipeline.MayTryAgain(exchange, target, problem))
                {
                    continue;
                }

                return;
            }

            exchange.Connected(pipeline.Time.GetTimestamp());
            await ReplyAsync(upstream!);
            return;
        }
    }

    /// <summary>A client of datagrams cannot be told that a listener leaves, and its answers would come from nowhere.</summary>
    public void RequestClose(bool spareFresh) => Abort("the listener is closed");

    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref ended, reason, null);
        Volatile.Read(ref upstream)?.Dispose();
    }

    public void Check(long now)
    {
        if (pipeline.Limits.Lifetime is { } lifetime && pipeline.Clock.HasPassed(lifetime, exchange.StartedAt, now))
        {
            Abort("its lifetime is over");
        }
        else if (exchange.Plan is { } plan && pipeline.Clock.HasPassed(plan.ReadTimeout, progress.MovedAt, now))
        {
            Abort("nothing came for too long");
        }
    }

    /// <summary>Null when the session has its socket; else why not.</summary>
    private async ValueTask<string?> OpenAsync(TargetAddress target, ServicePlan plan)
    {
        Socket? opened = null;
        try
        {
            ProxyHeader? client = plan.ClientOf(exchange.Connection, exchange.ClientAddress);
            IPEndPoint[] addresses = await pipeline.Dialer.ResolveAsync(target, plan, client);
            opened = DescriptorReserve.Dial(addresses[0].AddressFamily, SocketType.Dgram);
            opened.Blocking = false;
            plan.Binding?.Prepare(opened, client!);
            opened.Connect(addresses[0]);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            opened?.Dispose();
            return "the target cannot be reached";
        }

        lock (gate)
        {
            while (waiting!.TryDequeue(out byte[]? datagram))
            {
                Pass(opened, datagram);
            }

            Volatile.Write(ref upstream, opened);
            Volatile.Write(ref waiting, null);
        }

        if (Volatile.Read(ref ended) is not null)
        {
            opened.Dispose();
        }

        return null;
    }

    /// <summary>Datagrams get lost; one that the kernel does not take is one of those.</summary>
    private void Pass(Socket target, ReadOnlySpan<byte> datagram)
    {
        try
        {
            if (target.Send(datagram, SocketFlags.None, out SocketError error) >= 0 && error == SocketError.Success)
            {
                progress.Moved(fromClient: true, datagram.Length);
            }
        }
        catch (ObjectDisposedException)
        {
            // The session has ended meanwhile; the client's next datagram begins another.
        }
    }

    private async ValueTask ReplyAsync(Socket target)
    {
        byte[] first = new byte[1];
        while (true)
        {
            // A look at the first byte waits without holding a buffer for the largest datagram there may be.
            await target.ReceiveAsync(first, SocketFlags.Peek);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(UdpListener.MaxDatagramBytes);
            try
            {
                int count = target.Receive(buffer, SocketFlags.None, out SocketError error);
                if (error == SocketError.WouldBlock)
                {
                    continue;
                }

                if (error != SocketError.Success)
                {
                    throw new SocketException((int)error);
                }

                await replies.SendAsync(buffer.AsMemory(0, count), path);
                progress.Moved(fromClient: false, count);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private void End()
    {
        owner.Forget(path, replies);
        upstream?.Dispose();
        exchange.Received = progress.Received;
        exchange.Sent = progress.Sent;
        exchange.Reason ??= ended;
        pipeline.End(exchange);
        listener.Forget(this);
        pipeline.Clock.Forget(this);
    }
}
