using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Listeners;
using Mesh.Edge.ProxyProtocol;
using Mesh.Edge.Settings;
using Mesh.Edge.Streams.Udp;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Streams;

/// <summary>The layer 4 proxy of an edge: listeners of streams, each connection served by a loop of our own on its sockets.</summary>
internal sealed class StreamServer : IListenerServer, IAsyncDisposable
{
    /// <summary>For streams that were aborted to be counted and logged.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    /// <summary>From accept to the end of the PROXY header.</summary>
    private static readonly TimeSpan DefaultHeaderTimeout = TimeSpan.FromSeconds(10);

    private readonly ListenerSet listeners;
    private readonly StreamPipeline pipeline;
    private readonly TimeProvider time;
    private readonly ILogger log;

    /// <param name="fallback">Served where the snapshot has no certificate for a server name.</param>
    /// <param name="contexts">Shared by the servers of a process; null for own ones with the default profile.</param>
    public StreamServer(
        CurrentSnapshot current,
        EdgeSettings settings,
        TrafficRecorder traffic,
        ServerCertificate fallback,
        TimeProvider time,
        ILoggerFactory logs,
        StreamLimits? limits = null,
        TlsContexts? contexts = null)
    {
        this.time = time;
        log = logs.CreateLogger<StreamServer>();
        var certificates = new TlsSelector(() => current.Value.Certificates, fallback, contexts ?? new TlsContexts(TlsProfile.Default), log);
        pipeline = new StreamPipeline(current, settings, traffic, certificates, limits ?? new StreamLimits { Lifetime = settings.StreamLifetime }, time, log);
        listeners = new ListenerSet(Serve, Refuse, TimeSpan.Zero, time);
    }

    public long OpenStreams => Reports().Sum(report => report.Connections);

    /// <summary>Peers that may send a PROXY header to the edge's own listeners.</summary>
    public ListenerTerms OwnTerms { get; init; } = new();

    /// <summary>Binds a listener of the edge's own.</summary>
    public ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, CancellationToken cancellation) =>
        listeners.BindAsync(id, name, directive, OwnTerms with { Load = new() }, cancellation);

    /// <inheritdoc/>
    public ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, ListenerTerms terms, CancellationToken cancellation) =>
        listeners.BindAsync(id, name, directive, terms, cancellation);

    /// <inheritdoc/>
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

    private static string? Refuse(ListenDirective directive) =>
        directive.Http2 ? $"{directive.Address}: http2 is for http listeners" : null;

    private void Serve(PhysicalListener listener, Socket socket)
    {
        if (listener.Directive.Udp)
        {
            _ = new UdpListener(pipeline, listener, new DatagramSocket(socket, listener.Directive.Transparent), log).RunAsync();
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

        ListenerTerms terms = listener.Terms;
        if (!terms.Admits(socket.RemoteEndPoint) || !terms.Load.TryOpen(terms.MaxConnections))
        {
            socket.Dispose();
            return;
        }

        var facts = new ConnectionFacts
        {
            Listener = listener.Name,
            RemoteEndPoint = socket.RemoteEndPoint,
            LocalEndPoint = (listener.Directive.Transparent ? RawSocketOptions.OriginalDestination(socket) : local) ?? socket.LocalEndPoint,
            Secure = listener.Directive.Ssl,
            ClientTrust = terms.ClientTrust,
        };
        _ = RunAsync(listener, terms, socket, facts);
    }

    private async Task RunAsync(PhysicalListener listener, ListenerTerms terms, Socket socket, ConnectionFacts facts)
    {
        IPAddress? client = null;
        try
        {
            if (listener.Directive.ProxyProtocol && !await TakeProxyHeaderAsync(listener, terms, socket, facts))
            {
                socket.Dispose();
                return;
            }

            if (terms.MaxConnectionsPerAddress != int.MaxValue && facts.RemoteEndPoint is IPEndPoint { Address: var address })
            {
                if (!terms.Load.TryOpen(address, terms.MaxConnectionsPerAddress))
                {
                    socket.Dispose();
                    return;
                }

                client = address;
            }

            await new TcpSession(pipeline, listener, socket, facts, []).RunAsync();
        }
        finally
        {
            terms.Load.Close();
            if (client is not null)
            {
                terms.Load.Close(client);
            }
        }
    }

    private async Task<bool> TakeProxyHeaderAsync(PhysicalListener listener, ListenerTerms terms, Socket socket, ConnectionFacts facts)
    {
        if (!terms.Trusts(facts.RemoteEndPoint))
        {
            return false;
        }

        try
        {
            using var timeout = new CancellationTokenSource(terms.HandshakeTimeout ?? DefaultHeaderTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, listener.Stopping);
            if (await ProxyHeaderReader.ReceiveAsync(socket, either.Token) is { } header)
            {
                facts.Adopt(header);
                return true;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            log.LogDebug("A connection of listener {Listener} ended before its PROXY header: {Reason}", listener.Name, ended.Message);
        }

        return false;
    }
}
