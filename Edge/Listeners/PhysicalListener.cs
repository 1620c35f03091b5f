using System.Collections.Concurrent;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Listeners;

/// <summary>The sockets of one directive and the connections that came through them.</summary>
internal sealed class PhysicalListener : IDisposable
{
    private readonly ConcurrentDictionary<IListenerConnection, bool> connections = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<Socket> sockets;
    private readonly CancellationTokenSource overdue;
    private readonly TimeProvider time;
    private Task? closing;
    private ListenerTerms terms;
    private string name;
    private long accepted;
    private volatile bool draining;

    public PhysicalListener(Guid id, string name, ListenDirective directive, ListenerTerms terms, BindOutcome outcome, TimeProvider time)
    {
        this.time = time;
        overdue = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Id = id;
        this.name = name;
        this.terms = terms;
        Requested = directive;
        sockets = outcome.Sockets;
        Reason = outcome.Reason;
        Directive = sockets.Count > 0 ? directive.At(sockets[0].LocalEndPoint!) : directive;
    }

    public Guid Id { get; }
    public string Name => Volatile.Read(ref name);

    /// <summary>For connections that come from now on.</summary>
    public ListenerTerms Terms => Volatile.Read(ref terms);

    /// <summary>As asked for; the port may be 0.</summary>
    public ListenDirective Requested { get; }

    /// <summary>As bound.</summary>
    public ListenDirective Directive { get; }

    /// <summary>Why it is not bound; null when it is.</summary>
    public string? Reason { get; }
    public bool IsClosing => draining;
    public CancellationToken Stopping => stopping.Token;

    public ListenerReport Report() => new(
        Id,
        Name,
        Directive.ToString(),
        Reason is not null ? ListenerState.Failed : draining ? ListenerState.Draining : ListenerState.Bound,
        Reason,
        connections.Count,
        Volatile.Read(ref accepted),
        Terms.Load.Refused);

    /// <summary>The listener's name and terms have changed, its sockets stay.</summary>
    public void Change(string newName, ListenerTerms newTerms)
    {
        Volatile.Write(ref name, newName);
        Volatile.Write(ref terms, newTerms);
    }

    public void Remember(IListenerConnection connection)
    {
        Interlocked.Increment(ref accepted);
        connections[connection] = true;
        if (draining)
        {
            connection.RequestClose(spareFresh: true);
        }
    }

    public void Forget(IListenerConnection connection)
    {
        connections.TryRemove(connection, out _);
        SignalWhenEmpty();
    }

    /// <summary>
    /// Stops accepting at once, lets what is in flight finish until <paramref name="drain"/> has passed, then aborts the
    /// rest. Called again while it drains, it waits with the new limit.
    /// </summary>
    public Task CloseAsync(TimeSpan drain, TimeSpan freshGrace)
    {
        lock (connections)
        {
            if (closing is not { IsCompleted: true })
            {
                overdue.CancelAfter(drain);
            }

            return closing ??= CloseOnceAsync(freshGrace);
        }
    }

    /// <summary>After it is closed.</summary>
    public void Dispose()
    {
        stopping.Dispose();
        overdue.Dispose();
    }

    private async Task CloseOnceAsync(TimeSpan freshGrace)
    {
        draining = true;
        stopping.Cancel();
        foreach (Socket socket in sockets)
        {
            socket.Dispose();
        }

        Ask(spareFresh: true);
        SignalWhenEmpty();
        using (var grace = new CancellationTokenSource(freshGrace, time))
        {
            await WaitUntilEmpty(grace.Token);
        }

        Ask(spareFresh: false);
        await WaitUntilEmpty(overdue.Token);
        foreach (IListenerConnection connection in connections.Keys)
        {
            connection.Abort("The drain limit of the listener has passed");
        }
    }

    private void Ask(bool spareFresh)
    {
        foreach (IListenerConnection connection in connections.Keys)
        {
            connection.RequestClose(spareFresh);
        }
    }

    private async Task WaitUntilEmpty(CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, overdue.Token);
        await emptied.Task.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void SignalWhenEmpty()
    {
        if (draining && connections.IsEmpty)
        {
            emptied.TrySetResult();
        }
    }
}
