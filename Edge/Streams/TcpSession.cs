using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins;
using Mesh.Edge.Streams.Relay;
using Mesh.Edge.Tls;
using Mesh.Edge.Tls.ClientCertificates;
using Mesh.Edge.Tls.Hello;

namespace Mesh.Edge.Streams;

/// <summary>
/// One connection from accept to its end: hello, route, plugins, TLS, target, relay. Whoever wants it to end (the clock,
/// a listener that has drained) closes its sockets; every wait here then fails and finds the reason noted.
/// </summary>
internal sealed class TcpSession : IListenerConnection, IStreamForward, ITimed
{
    private const RequestProtocols SecureProtocols = RequestProtocols.Tls | RequestProtocols.TlsPassthrough | RequestProtocols.Tcp;

    private readonly StreamPipeline pipeline;
    private readonly PhysicalListener listener;
    private readonly Socket client;
    private readonly StreamExchange exchange;
    private readonly RelayProgress progress;
    private Socket? upstream;
    private ConnectAttempt? attempt;

    /// <summary>Bytes of the client that were read to find out what it wants; rented.</summary>
    private byte[]? head;
    private int headLength;
    private bool halfOpen;
    private ClientSignatures signatures;

    /// <summary>Time stamp at which the phase under way has lasted too long; 0 when it may last.</summary>
    private long deadline;
    private volatile bool relaying;

    /// <summary>Why it was ended from outside; null when it was not.</summary>
    private string? ended;

    /// <param name="read">What was read of the client already.</param>
    public TcpSession(StreamPipeline pipeline, PhysicalListener listener, Socket client, ConnectionFacts facts, ReadOnlySpan<byte> read)
    {
        this.pipeline = pipeline;
        this.listener = listener;
        this.client = client;
        exchange = pipeline.Begin(facts, this);
        progress = new RelayProgress(pipeline.Clock);
        if (!read.IsEmpty)
        {
            head = ArrayPool<byte>.Shared.Rent(Math.Max(HelloReader.MaxBytes, read.Length));
            headLength = read.Length;
            read.CopyTo(head);
        }
    }

    /// <summary>Never fails.</summary>
    public async Task RunAsync()
    {
        listener.Remember(this);
        pipeline.Clock.Watch(this);
        try
        {
            if (!listener.Directive.Ssl)
            {
                await pipeline.RunAsync(exchange, RequestProtocols.Tcp, null);
            }
            else if (await ReadHelloAsync() is { } hello)
            {
                signatures = hello.Signatures;
                await pipeline.RunAsync(exchange, SecureProtocols, hello.ServerName);
            }
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            exchange.Reason ??= ended ?? "the connection broke off";
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

    /// <summary>Sends the client to a target and copies both ways until both are done.</summary>
    public async ValueTask ForwardAsync()
    {
        if (exchange.Plan is not { } plan)
        {
            exchange.Refuse(StreamStatus.Unavailable, exchange.Service is null ? "no Service found with those values" : "the service cannot be served");
            return;
        }

        IStreamEnd? clientEnd = exchange.Protocol == RequestProtocols.Tls ? await AcceptTlsAsync() : new SocketEnd(client);
        LeaveHalfOpen();
        if (clientEnd is null)
        {
            return;
        }

        using (clientEnd)
        {
            using IStreamEnd? target = await ConnectAsync(plan);
            if (target is not null)
            {
                await RelayAsync(clientEnd, target, plan);
            }
        }
    }

    /// <summary>A stream has no point at which it could be asked to close: it runs on until the drain limit.</summary>
    public void RequestClose(bool spareFresh)
    {
    }

    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref ended, reason, null);
        client.Dispose();
        Volatile.Read(ref attempt)?.Drop();
        Volatile.Read(ref upstream)?.Dispose();
    }

    public void Check(long now)
    {
        long until = Volatile.Read(ref deadline);
        if (until != 0 && now > until)
        {
            Abort("it took too long");
        }
        else if (pipeline.Limits.Lifetime is { } lifetime && pipeline.Clock.HasPassed(lifetime, exchange.StartedAt, now))
        {
            Abort("its lifetime is over");
        }
        else if (Volatile.Read(ref attempt) is { } connecting)
        {
            connecting.Check(now);
        }
        else if (relaying && exchange.Plan is { } plan)
        {
            if (progress.SendingSince is var since && since != 0 ? pipeline.Clock.HasPassed(plan.WriteTimeout, since, now) : pipeline.Clock.HasPassed(plan.ReadTimeout, progress.MovedAt, now))
            {
                Abort(since != 0 ? "the target took nothing for too long" : "nothing came for too long");
            }
        }
    }

    /// <summary>Null, and the stream refused, when the client sends none.</summary>
    private async ValueTask<ClientHello?> ReadHelloAsync()
    {
        if (!pipeline.Gate.TryEnter())
        {
            exchange.Refuse(StreamStatus.Unavailable, "too many connections are in their handshake");
            return null;
        }

        halfOpen = true;
        SetDeadline(pipeline.Limits.HandshakeTimeout);
        head ??= ArrayPool<byte>.Shared.Rent(HelloReader.MaxBytes);
        var reader = new HelloReader();
        HelloState state = reader.Advance(head.AsSpan(0, headLength));
        while (state == HelloState.Incomplete)
        {
            // A rented buffer is at least as large as the largest hello: one that is incomplete has room for more.
            int count = await client.ReceiveAsync(head.AsMemory(headLength), SocketFlags.None);
            if (count == 0)
            {
                exchange.Refuse(StreamStatus.BadRequest, "the client left before its TLS hello was complete");
                return null;
            }

            headLength += count;
            state = reader.Advance(head.AsSpan(0, headLength));
        }

        SetDeadline(null);
        if (state != HelloState.Complete)
        {
            exchange.Refuse(StreamStatus.BadRequest, state == HelloState.NotTls ? "the client does not speak TLS" : "the client's TLS hello is malformed");
            return null;
        }

        return reader.Hello;
    }

    /// <summary>Null, and the stream refused, when the handshake fails.</summary>
    private async ValueTask<TlsEnd?> AcceptTlsAsync()
    {
        var stream = new SslStream(new HeadStream(client, head.AsMemory(0, headLength)), leaveInnerStreamOpen: false);
        SetDeadline(pipeline.Limits.HandshakeTimeout);
        try
        {
            ConnectionFacts connection = exchange.Connection;
            await stream.AuthenticateAsServerAsync(
                await pipeline.Certificates.SelectAsync(connection.Sni, TlsUse.Stream, signatures, connection.ClientTrust));
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            await stream.DisposeAsync();
            exchange.Refuse(StreamStatus.BadRequest, ended ?? "the TLS handshake with the client failed");
            return null;
        }

        SetDeadline(null);
        ReturnHead();
        exchange.TlsVersion = stream.SslProtocol switch { SslProtocols.Tls13 => "TLSv1.3", SslProtocols.Tls12 => "TLSv1.2", var other => other.ToString() };
        exchange.TlsCipher = stream.NegotiatedCipherSuite.ToString();
        exchange.Connection.ClientCertificate = stream.RemoteCertificate is X509Certificate2 shown ? ClientCertificateFacts.Of(shown) : null;
        return new TlsEnd(stream, client);
    }

    /// <summary>Null, and the stream refused, when no target can be reached.</summary>
    private async ValueTask<IStreamEnd?> ConnectAsync(ServicePlan plan)
    {
        UpstreamBalancer? balancer = StreamPipeline.UpstreamOf(exchange);
        UpstreamHandshake? handshake = exchange.Protocol == RequestProtocols.TlsPassthrough ? null : plan.HandshakeFor(balancer, exchange.Snapshot.Entities.Certificates);
        while (StreamPipeline.NextTarget(exchange, balancer) is { } target)
        {
            exchange.Target = target;
            if (exchange.UpstreamStartedAt == 0)
            {
                exchange.UpstreamStartedAt = pipeline.Time.GetTimestamp();
            }

            (IStreamEnd? end, string? problem) = await TryAsync(target, plan, handshake);
            if (end is not null)
            {
                exchange.Connected(pipeline.Time.GetTimestamp());
                return end;
            }

            if (ended is not null || !StreamPipeline.MayTryAgain(exchange, target, problem!))
            {
                exchange.Reason ??= ended;
                return null;
            }
        }

        return null;
    }

    private async ValueTask<(IStreamEnd? End, string? Problem)> TryAsync(TargetAddress target, ServicePlan plan, UpstreamHandshake? handshake)
    {
        var connecting = new ConnectAttempt(pipeline, plan, plan.ClientOf(exchange.Connection, exchange.ClientAddress));
        Volatile.Write(ref attempt, connecting);
        try
        {
            Socket socket = await connecting.ConnectAsync(target);
            Volatile.Write(ref upstream, socket);
            if (Volatile.Read(ref ended) is not null)
            {
                socket.Dispose();
            }

            if (handshake is null)
            {
                return (new SocketEnd(socket), null);
            }

            SslStream secure = await handshake.SecureAsync(new NetworkStream(socket, ownsSocket: false), target.Host);
            return (new TlsEnd(secure, socket), null);
        }
        catch (AuthenticationException)
        {
            connecting.Drop();
            return (null, "the TLS handshake with the target failed");
        }
        catch (Exception failure) when (IsBroken(failure) || failure is OperationCanceledException)
        {
            connecting.Drop();
            return (null, connecting.IsOverdue || failure is OperationCanceledException ? "the target did not answer in time" : "the target cannot be reached");
        }
        finally
        {
            Volatile.Write(ref attempt, null);
        }
    }

    private async ValueTask RelayAsync(IStreamEnd clientEnd, IStreamEnd target, ServicePlan plan)
    {
        if (headLength > 0)
        {
            // Passed through: what was read to find the route is the beginning of what the target is to see.
            SetDeadline(plan.WriteTimeout);
            await target.SendAsync(head.AsMemory(0, headLength));
            progress.Moved(fromClient: true, headLength);
            SetDeadline(null);
            ReturnHead();
        }

        progress.Begin();
        relaying = true;
        Task up = CopyAsync(clientEnd, target, fromClient: true);
        Task down = CopyAsync(target, clientEnd, fromClient: false);
        await up;
        await down;
    }

    /// <summary>A direction that breaks takes the other one with it; one that ends leaves it be.</summary>
    private async Task CopyAsync(IStreamEnd from, IStreamEnd to, bool fromClient)
    {
        try
        {
            await StreamPump.CopyAsync(from, to, progress, fromClient);
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            Abort("the connection broke off");
        }
    }

    private void End()
    {
        LeaveHalfOpen();
        ReturnHead();
        client.Dispose();
        upstream?.Dispose();
        exchange.Received = progress.Received;
        exchange.Sent = progress.Sent;
        exchange.Reason ??= ended;
        pipeline.End(exchange);
        listener.Forget(this);
        pipeline.Clock.Forget(this);
    }

    private void LeaveHalfOpen()
    {
        if (halfOpen)
        {
            halfOpen = false;
            pipeline.Gate.Leave();
        }
    }

    private void ReturnHead()
    {
        if (head is { } rented)
        {
            head = null;
            headLength = 0;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void SetDeadline(TimeSpan? limit) =>
        Volatile.Write(ref deadline, limit is { } wait ? pipeline.Time.GetTimestamp() + (long)(wait.TotalSeconds * pipeline.Time.TimestampFrequency) : 0);

    private static bool IsBroken(Exception failure) => failure is SocketException or ObjectDisposedException or IOException or AuthenticationException;
}
