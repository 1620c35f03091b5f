using System.Buffers;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners;

/// <summary>
/// The HTTP server of an edge. Listeners are bound and unbound while it runs, each with sockets of its own; the server
/// beneath sees only connections and is never restarted.
/// </summary>
internal sealed class EdgeServer : IListenerServer, IAsyncDisposable
{
    private readonly VirtualListenerFactory endPoints = new();
    private readonly ListenerSet listeners;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ConnectionIntake intake;
    private readonly WebApplication services;
    private readonly IServer server;
    private readonly MemoryPool<byte> memory;

    /// <param name="certificates">The table of the current snapshot; asked once per handshake.</param>
    /// <param name="fallback">Served where that table has no certificate for a server name.</param>
    /// <param name="contexts">Shared by the servers of a process; null for own ones with the default profile.</param>
    public EdgeServer(
        Func<CertificateTable> certificates,
        ServerCertificate fallback,
        TimeProvider time,
        ILoggerFactory logs,
        EdgeServerLimits? limits = null,
        TlsContexts? contexts = null)
    {
        limits ??= new EdgeServerLimits();
        this.time = time;
        log = logs.CreateLogger<EdgeServer>();
        var tls = new TlsSelector(certificates, fallback, contexts ?? new TlsContexts(TlsProfile.Default), log);
        services = KestrelServerBuilder.Build(endPoints, new ConnectionPath(time), tls, limits, time, logs);
        server = services.Services.GetRequiredService<IServer>();
        memory = services.Services.GetRequiredService<IMemoryPoolFactory<byte>>().Create();
        intake = new ConnectionIntake(endPoints, limits, memory, time, log);
        listeners = new ListenerSet(Accept, Refuse, limits.FreshConnectionGrace, time);
    }

    public long OpenConnections => Reports().Sum(report => report.Connections);

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellation)
        where TContext : notnull =>
        server.StartAsync(application, cancellation);

    /// <summary>Peers that may send a PROXY header to the edge's own listeners.</summary>
    public ListenerTerms OwnTerms { get; init; } = new();

    /// <summary>Binds a listener of the edge's own.</summary>
    public ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, CancellationToken cancellation) =>
        listeners.BindAsync(id, name, directive, OwnTerms with { Load = new() }, cancellation);

    /// <inheritdoc/>
    public ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, ListenerTerms terms, CancellationToken cancellation) =>
        listeners.BindAsync(id, name, directive, terms, cancellation);

    /// <inheritdoc cref="ListenerSet.UnbindAsync"/>
    public Task UnbindAsync(Guid id, string name, ListenDirective directive, TimeSpan drain) =>
        listeners.UnbindAsync(id, name, directive, drain);

    /// <inheritdoc cref="ListenerSet.Reports"/>
    public ListenerReport[] Reports() => listeners.Reports();

    /// <summary>Unbinds everything with the given drain limit, then ends the server.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await listeners.CloseAllAsync(drain);
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await services.DisposeAsync();
        memory.Dispose();
    }

    private void Accept(PhysicalListener listener, Socket socket) =>
        _ = AcceptLoop.RunAsync(socket.AcceptAsync, accepted => intake.Accept(listener, accepted), listener.Name, time, log, listener.Stopping);

    private static string? Refuse(ListenDirective directive) =>
        directive.Udp ? $"{directive.Address}: udp is for stream listeners" : null;
}
