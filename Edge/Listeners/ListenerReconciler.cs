using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins.IpRestriction;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners;

/// <summary>
/// Keeps the edge's sockets as the configuration wants them: binds what is new, lets what is gone drain, tries what failed
/// again, and touches nothing else.
/// </summary>
/// <param name="servers">By the kind of listener.</param>
/// <param name="trusted">Who may send a PROXY header to a listener that names nobody.</param>
internal sealed partial class ListenerReconciler(
    IReadOnlyDictionary<string, IListenerServer> servers, EdgePlace place, AddressSet? trusted, CurrentSnapshot current, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Until a bind that failed is tried again; twice as long each time, up to <see cref="MaxRetryDelay"/>.</summary>
    public static readonly TimeSpan FirstRetryDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim news = new(0, 1);
    private readonly Dictionary<ListenerKey, WantedListener> held = [];
    private readonly Dictionary<Guid, ListenerLoad> loads = [];
    private Applied applied = new(null, 0);
    private ListenerReport[] refused = [];
    private bool failing;

    /// <summary>Called when listeners were bound or unbound, or could not be.</summary>
    public Action? Changed { get; set; }

    /// <summary>The revision up to which the sockets are as configured.</summary>
    public long Revision
    {
        get
        {
            Applied done = Volatile.Read(ref applied);
            EdgeSnapshot snapshot = current.Value;
            return ReferenceEquals(snapshot.Entities.Listeners, done.Listeners) ? snapshot.Revision : Math.Min(done.Revision, snapshot.Revision);
        }
    }

    /// <summary>Listeners of the configuration that no server here can take.</summary>
    public ListenerReport[] Refused => Volatile.Read(ref refused);

    /// <summary>A snapshot was published.</summary>
    public void Notify()
    {
        EdgeSnapshot snapshot = current.Value;
        if (ReferenceEquals(snapshot.Entities.Listeners, Volatile.Read(ref applied).Listeners))
        {
            Changed?.Invoke();
            return;
        }

        try
        {
            news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has not been heard yet: one reading sees all news.
        }
    }

    /// <summary>Follows the configuration until it is stopped. The first pass is <see cref="ReconcileAsync"/>, awaited by the one who starts.</summary>
    public async Task Run(CancellationToken stop)
    {
        TimeSpan delay = FirstRetryDelay;
        while (!stop.IsCancellationRequested)
        {
            bool heard = await Heard(failing ? delay : Timeout.InfiniteTimeSpan, stop);
            delay = heard || !failing ? FirstRetryDelay : delay * 2 > MaxRetryDelay ? MaxRetryDelay : delay * 2;
            try
            {
                await ReconcileAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public async Task ReconcileAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        EdgeSnapshot snapshot = current.Value;
        List<WantedListener> wanted = [];
        List<ListenerReport> unserved = [];
        foreach ((WantedListener? one, Listener listener, string? problem) in WantedListener.Of(snapshot.Entities.Listeners.Values, place))
        {
            if (one is null || !servers.ContainsKey(listener.Kind))
            {
                string reason = problem ?? $"this edge serves no listeners of the kind {listener.Kind}";
                unserved.Add(new ListenerReport(listener.Id, listener.Name, one?.Key.Directive.ToString() ?? "", ListenerState.Failed, reason, 0, 0));
            }
            else
            {
                wanted.Add(one);
            }
        }

        Leave(wanted);
        failing = false;
        foreach (WantedListener one in wanted)
        {
            failing |= !await Bind(one, cancel);
        }

        Volatile.Write(ref refused, [.. unserved]);
        Volatile.Write(ref applied, new Applied(snapshot.Entities.Listeners, snapshot.Revision));
        Changed?.Invoke();
    }

    public void Dispose() => news.Dispose();

    /// <summary>First what goes: what comes may want its address.</summary>
    private void Leave(List<WantedListener> wanted)
    {
        HashSet<ListenerKey> stay = [.. wanted.Select(one => one.Key)];
        foreach (WantedListener gone in held.Values.Where(one => !stay.Contains(one.Key)).ToArray())
        {
            held.Remove(gone.Key);
            _ = Drain(gone);
        }

        HashSet<Guid> ids = [.. wanted.Select(one => one.Key.Id)];
        foreach (Guid id in loads.Keys.Where(id => !ids.Contains(id)).ToArray())
        {
            loads.Remove(id);
        }
    }

    private async Task<bool> Bind(WantedListener wanted, CancellationToken cancel)
    {
        bool known = held.TryGetValue(wanted.Key, out WantedListener? before);
        if (!loads.TryGetValue(wanted.Key.Id, out ListenerLoad? load))
        {
            loads[wanted.Key.Id] = load = new ListenerLoad();
        }

        held[wanted.Key] = wanted;
        (Guid id, string kind, ListenDirective directive) = wanted.Key;
        ListenerTerms terms = ListenerTerms.Of(wanted.Listener, trusted, load, () => current.Value.Entities.CaCertificates);
        ListenerReport report = await servers[kind].BindAsync(id, wanted.Listener.Name, directive, terms, cancel);
        if (report.State == ListenerState.Failed)
        {
            if (!known || !ReferenceEquals(before!.Listener, wanted.Listener))
            {
                LogFailed(log, wanted.Listener.Name, report.Reason!);
            }

            return false;
        }

        if (!known)
        {
            LogBound(log, wanted.Listener.Name, report.Directive);
        }

        return true;
    }

    private async Task Drain(WantedListener gone)
    {
        try
        {
            await servers[gone.Key.Kind].UnbindAsync(gone.Key.Id, gone.Listener.Name, gone.Key.Directive, TimeSpan.FromSeconds(gone.Listener.Limits.DrainSeconds));
            LogGone(log, gone.Listener.Name, gone.Key.Directive.ToString());
            Changed?.Invoke();
        }
        catch (ObjectDisposedException)
        {
            // The edge ended before the listener had drained: it is closed, and nobody is left to be told.
        }
    }

    private async Task<bool> Heard(TimeSpan wait, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<bool> heard = Wait(either.Token);
        await Task.WhenAny(heard, Task.Delay(wait, time, either.Token));
        await either.CancelAsync();
        return await heard;
    }

    private async Task<bool> Wait(CancellationToken over)
    {
        Task waiting = news.WaitAsync(over);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return waiting.IsCompletedSuccessfully;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listener {Name} is bound: {Directive}")]
    private static partial void LogBound(ILogger logger, string name, string directive);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listener {Name} is not bound: {Reason}; it is tried again")]
    private static partial void LogFailed(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listener {Name} has left {Directive}")]
    private static partial void LogGone(ILogger logger, string name, string directive);

    /// <param name="Listeners">Those that the sockets stand for.</param>
    private sealed record Applied(ShardedMap<Guid, Listener>? Listeners, long Revision);
}
