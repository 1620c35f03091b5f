using System.Net.Sockets;
using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Listeners;

/// <summary>The listeners of one server, bound and unbound while it runs, each with sockets of its own.</summary>
/// <param name="serve">Called once for each socket that was bound; takes what comes through it until the listener stops.</param>
/// <param name="refuse">Why the server cannot serve a directive; null when it can.</param>
/// <param name="freshGrace">A connection accepted before its listener left may still bring something within this time.</param>
internal sealed class ListenerSet(Action<PhysicalListener, Socket> serve, Func<ListenDirective, string?> refuse, TimeSpan freshGrace, TimeProvider time)
{
    private static readonly ListenerTerms Unlimited = new();
    private readonly Lock gate = new();
    private readonly List<PhysicalListener> listeners = [];

    /// <summary>
    /// Binds a directive; the report says whether it is bound (with the port that was chosen) or why not. A directive that
    /// failed stays among the <see cref="Reports"/> until it is bound or unbound.
    /// </summary>
    /// <param name="id">Id of the listener entity; empty for the edge's own.</param>
    public ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, CancellationToken cancellation) =>
        BindAsync(id, name, directive, Unlimited, cancellation);

    /// <inheritdoc cref="BindAsync(Guid, string, ListenDirective, CancellationToken)"/>
    /// <param name="terms">Also become those of a directive that is bound already.</param>
    public async ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, ListenerTerms terms, CancellationToken cancellation)
    {
        string? taken;
        lock (gate)
        {
            if (Find(id, name, directive) is { Reason: null } bound)
            {
                bound.Change(name, terms);
                return bound.Report();
            }

            // With reuseport the kernel would let the same process bind twice.
            taken = listeners.Find(other => other is { Reason: null, IsClosing: false } && directive.Port != 0
                && other.Directive.Address == directive.Address && other.Directive.Udp == directive.Udp)?.Name;
        }

        BindOutcome outcome = (refuse(directive) ?? Unprotected(directive, terms)) is { } refusal ? new BindOutcome([], refusal)
            : taken is not null ? new BindOutcome([], $"{directive.Address}: address already in use by listener '{taken}'")
            : await SocketBinder.BindAsync(directive, cancellation);
        var listener = new PhysicalListener(id, name, directive, terms, outcome, time);
        lock (gate)
        {
            listeners.RemoveAll(other => other.Reason is not null && IsSame(other, id, name, directive));
            listeners.Add(listener);
        }

        foreach (Socket socket in outcome.Sockets)
        {
            serve(listener, socket);
        }

        return listener.Report();
    }

    /// <summary>
    /// Takes a directive away: accepting stops and the address is free when this returns its task; what is in flight
    /// finishes within <paramref name="drain"/>, what is left is aborted. Completes when the last connection has gone or was
    /// aborted.
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

    /// <summary>Takes everything away with the given drain limit.</summary>
    public Task CloseAllAsync(TimeSpan drain)
    {
        PhysicalListener[] all;
        lock (gate)
        {
            all = [.. listeners];
        }

        return Task.WhenAll(all.Select(listener => CloseAsync(listener, drain)));
    }

    private async Task CloseAsync(PhysicalListener listener, TimeSpan drain)
    {
        await listener.CloseAsync(drain, freshGrace);
        lock (gate)
        {
            listeners.Remove(listener);
        }

        listener.Dispose();
    }

    /// <summary>A header that anyone may send says nothing, and one that nobody may send lets no connection in.</summary>
    private static string? Unprotected(ListenDirective directive, ListenerTerms terms) =>
        directive is { ProxyProtocol: true, UnixPath: null } && terms.Trusted is null
            ? $"{directive.Address}: proxy_protocol needs addresses that are trusted to send it (proxy_protocol.trusted of the listener, or MESH_TRUSTED_IPS)"
            : null;

    private PhysicalListener? Find(Guid id, string name, ListenDirective directive) =>
        listeners.Find(listener => !listener.IsClosing && IsSame(listener, id, name, directive));

    private static bool IsSame(PhysicalListener listener, Guid id, string name, ListenDirective directive) =>
        listener.Id == id && (id != Guid.Empty || listener.Name == name) && (listener.Requested == directive || listener.Directive == directive);
}
