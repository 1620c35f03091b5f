using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Listeners;
using Mesh.Edge.Settings;
using Mesh.Edge.Streams.Udp;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Streams;

/// <summary>The layer 4 proxy of an edge: listeners of streams, each connection served by a loop of our own on its sockets.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    /// <summary>For streams that were aborted to be counted and logged.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly ListenerSet listeners;
    private readonly StreamPipeline pipeline;
    private readonly TimeProvider time;
    private readonly ILogger log;

    /// <param name="fallback">Served where the snapshot has no certificate for a server name.</param>
    public StreamServer(
        CurrentSnapshot current,
        EdgeSettings settings,
        TrafficRecorder traffic,
        ServerCertificate fallback,
        TimeProvider time,
        ILoggerFactory logs,
        StreamLimits? limits = null)
    {
        this.time = time;
        log = logs.CreateLogger<StreamServer>();
        var certificates = new TlsSelector(() => current.Value.Certificates, fallback, log);
        pipeline = new StreamPipeline(current, settings, traffic, certificates, limits ?? new StreamLimits { Lifetime = settings.StreamLifetime }, time, log);
        listeners = new ListenerSet(Serve, Refuse, TimeSpan.Zero, time);
    }

    public long OpenStreams => Reports().Sum(report => report.Connections);

    /// <inheritdoc cref="ListenerSet.BindAsync"/>
    public ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, CancellationToken cancellation) =>
        listeners.BindAsync(id, name, directive, cancellation);

    /// <inheritdoc cref="ListenerSet.UnbindAsync"/>
    public Task UnbindAsync(Guid id, string name, ListenDirective directive, TimeSpan drain) =>
        listeners.UnbindAsync(id, name, directive, drain);

    /// <inheritdoc cref="ListenerSet.Reports"/>
    public ListenerReport[] Reports() => listeners.Reports();

    /// <summary>Unbinds everything with the given drain limit; what was aborted then has been counted and logged.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await listeners.CloseAllAsync(drain);
        await pipeline.Clock.Emptied.WaitAsync(EndTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        pipeline.Dispose();
    }

    /// <summary>Serves a connection that was accepted, and perhaps begun to be read (a PROXY header), elsewhere.</summary>
    /// <param name="facts">Who connected to what, as the header says.</param>
    /// <param name="read">What was read of the client beyond that.</param>
    public void Take(PhysicalListener listener, Socket socket, ConnectionFacts facts, ReadOnlySpan<byte> read) =>
        _ = new TcpSession(pipeline, listener, socket, facts, read).RunAsync();

    private static string? Refuse(ListenDirective directive) =>
        directive.Http2 ? $"{directive.Address}: http2 is for http listeners" : null;

    private void Serve(PhysicalListener listener, Socket socket)
    {
        if (listener.Directive.Udp)
        {
            _ = new UdpListener(pipeline, listener, socket, log).RunAsync();
            return;
        }

        // On a wildcard address each connection has to be asked where it came in.
        EndPoint? local = socket.LocalEndPoint is IPEndPoint { Address: var address } && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ? null : socket.LocalEndPoint;
        _ = AcceptLoop.RunAsync(socket.AcceptAsync, accepted => Accept(listener, accepted, local), listener.Name, time, log, listener.Stopping);
    }

    private void Accept(PhysicalListener listener, Socket socket, EndPoint? local)
    {
        if (local is not UnixDomainSocketEndPoint)
        {
            socket.NoDelay = true;
        }

        var facts = new ConnectionFacts
        {
            Listener = listener.Name,
            RemoteEndPoint = socket.RemoteEndPoint,
            LocalEndPoint = local ?? socket.LocalEndPoint,
            Secure = listener.Directive.Ssl,
        };
        Take(listener, socket, facts, []);
    }
}
