using System.Net.Sockets;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners;

/// <summary>
/// The HTTP server of an edge. Listeners are bound and unbound while it runs, each with sockets of its own; the server
/// beneath sees only connections and is never restarted.
/// </summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly VirtualListenerFactory endPoints = new();
    private readonly Lock gate = new();
    private readonly List<PhysicalListener> listeners = [];
    private readonly EdgeServerLimits limits;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ConnectionIntake intake;
    private readonly WebApplication services;
    private readonly IServer server;

    /// <param name="certificates">The table of the current snapshot; asked once per handshake.</param>
    /// <param name="fallback">Served where that table has no certificate for a server name.</param>
    public EdgeServer(
        Func<CertificateTable> certificates,
        ServerCertificate fallback,
        TimeProvider time,
        ILoggerFactory logs,
        EdgeServerLimits? limits = null)
    {
        this.limits = limits ?? new EdgeServerLimits();
        this.time = time;
        log = logs.CreateLogger<EdgeServer>();
        intake = new ConnectionIntake(endPoints, this.limits, time, log);
        services = KestrelServerBuilder.Build(endPoints, new ConnectionPath(time), new TlsSelector(certificates, fallback, log), this.limits, logs);
        server = services.Services.GetRequiredService<IServer>();
    }

    public long OpenConnections => Reports().Sum(report => report.Connections);

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellation)
        where TContext : notnull =>
        server.StartAsync(application, cancellation);

    /// <summary>
    /// Binds a directive; the report says whether it is bound (with the port that was chosen) or why not. A directive that
    /// failed stays among the <see cref="Reports"/> until it is bound or unbound.
    /// </summary>
    /// <param name="id">Id of the listener entity; empty for the edge's own.</param>
    public async ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, CancellationToken cancellation)
    {
        string? taken;
        lock (gate)
        {
            if (Find(id, name, directive) is { Reason: null } bound)
            {
                return bound.Report();
            }

            // With reuseport the kernel would let the same process bind twice.
            taken = listeners.Find(other => other is { Reason: null, IsClosing: false } && directive.Port != 0 && other.Directive.Address == directive.Address)?.Name;
        }

        BindOutcome outcome = taken is null
            ? await SocketBinder.BindAsync(directive, cancellation)
            : new BindOutcome([], $"{directive.Address}: address already in use by listener '{taken}'");
        var listener = new PhysicalListener(id, name, directive, outcome, time);
        lock (gate)
        {
            listeners.RemoveAll(other => other.Reason is not null && IsSame(other, id, name, directive));
            listeners.Add(listener);
        }

        foreach (Socket socket in outcome.Sockets)
        {
            _ = AcceptLoop.RunAsync(socket.AcceptAsync, accepted => intake.Accept(listener, accepted), name, time, log, listener.Stopping);
        }

        return listener.Report();
    }

    /// <summary>
    /// Takes a directive away: accepting stops and the address is free when this returns its task; requests, streams and WebSockets in flight finish within
    /// <paramref name="drain"/>, what is left is aborted. Completes when the last connection has gone or
    /// was aborted.
    /// </summary>
    public async Task UnbindAsync(Guid id, string name, ListenDirective directive, TimeSpan drain)
    {
        PhysicalListener? listener;
        lock (gate)
        {
            listener = Find(id, name, directive);
        }

        if (listener is not null)
        {
            await CloseAsync(listener, drain);
        }
    }

    /// <summary>Every listener with its live counts: bound, failed and draining.</summary>
    public ListenerReport[] Reports()
    {
        lock (gate)
        {
            return [.. listeners.Select(listener => listener.Report())];
        }
    }

    /// <summary>Unbinds everything with the given drain limit, then ends the server.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        PhysicalListener[] all;
        lock (gate)
        {
            all = [.. listeners];
        }

        await Task.WhenAll(all.Select(listener => CloseAsync(listener, drain)));
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await services.DisposeAsync();
        intake.Dispose();
    }

    private async Task CloseAsync(PhysicalListener listener, TimeSpan drain)
    {
        await listener.CloseAsync(drain, limits.FreshConnectionGrace);
        lock (gate)
        {
            listeners.Remove(listener);
        }

        listener.Dispose();
    }

    private PhysicalListener? Find(Guid id, string name, ListenDirective directive) =>
        listeners.Find(listener => !listener.IsClosing && IsSame(listener, id, name, directive));

    private static bool IsSame(PhysicalListener listener, Guid id, string name, ListenDirective directive) =>
        listener.Id == id && listener.Name == name && (listener.Requested == directive || listener.Directive == directive);
}
