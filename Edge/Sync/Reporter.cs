using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Reports;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Sync;

/// <summary>
/// Tells the control plane how this edge stands and what it saw: once a second, and at once when a revision was applied. A
/// report is sent until it is taken in; traffic that cannot be delivered waits in a bounded queue whose oldest goes first.
/// </summary>
/// <param name="observe">The edge's state now.</param>
/// <param name="fold">Traffic since the last call; with true, also of what would wait for its turn.</param>
internal sealed partial class Reporter(
    IControlPlane controlPlane,
    EdgeIdentity edge,
    string workspace,
    Func<ReportedState> observe,
    Func<bool, TrafficBatch[]> fold,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Intervals of traffic that wait while the control plane is away.</summary>
    public const int MaxWaitingIntervals = 60;

    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Queue<TrafficBatch[]> waiting = new();
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly JitteredBackoff backoff = new(FirstDelay, LongestDelay);
    private bool stateDue;
    private long sequence;
    private long lost;
    private bool failing;

    /// <summary>Intervals whose traffic was never delivered.</summary>
    public long LostIntervals => Volatile.Read(ref lost);

    /// <summary>A revision was applied (or refused): someone may be waiting to hear of it.</summary>
    public void RevisionChanged()
    {
        lock (gate)
        {
            stateDue = true;
        }

        Wake();
    }

    public async Task Run(CancellationToken stop) => await Task.WhenAll(Collect(stop), Deliver(stop));

    /// <summary>The last report: what is left, each tried once. To be called after <see cref="Run"/> has ended.</summary>
    public async Task Finish(CancellationToken cancel)
    {
        CollectOnce(all: true);
        RevisionChanged();
        while (Next() is { } report && await Send(report, cancel))
        {
        }
    }

    public void Dispose() => news.Dispose();

    private async Task Collect(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                CollectOnce(all: false);
                Wake();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private void CollectOnce(bool all)
    {
        TrafficBatch[] batches = fold(all);
        lock (gate)
        {
            // An interval without traffic is only a sign of life; one of those is enough.
            if (batches.Length == 0)
            {
                stateDue = true;
                return;
            }

            waiting.Enqueue(batches);
            if (waiting.Count > MaxWaitingIntervals)
            {
                waiting.Dequeue();
                lost++;
            }
        }
    }

    private async Task Deliver(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await news.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!stop.IsCancellationRequested && Next() is { } report)
            {
                await SendUntilTaken(report, stop);
            }
        }
    }

    private async Task SendUntilTaken(EdgeReport report, CancellationToken stop)
    {
        long lostBefore = LostIntervals;
        while (!await Send(report, stop))
        {
            await Task.Delay(backoff.Next(), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            lock (gate)
            {
                if (lost > lostBefore)
                {
                    // Newer traffic is being dropped for want of room: this report is the oldest, so it goes first.
                    lost += report.Traffic.Length > 0 ? 1 : 0;
                    return;
                }
            }
        }

        backoff.Reset();
    }

    private async Task<bool> Send(EdgeReport report, CancellationToken stop)
    {
        try
        {
            await ControlPlaneCall.Within(
                CallTimeout,
                time,
                async cancel =>
                {
                    await controlPlane.Report(report, cancel);
                    return true;
                },
                stop);
            failing = false;
            return true;
        }
        catch (Exception failure)
        {
            // Of any kind: nothing that a report meets may end the reporting.
            if (!failing && !stop.IsCancellationRequested)
            {
                LogNotDelivered(logger, failure.Message);
            }

            failing = true;
            return false;
        }
    }

    /// <summary>The next report due, with the state of this moment; null when there is none.</summary>
    private EdgeReport? Next()
    {
        TrafficBatch[] traffic;
        lock (gate)
        {
            if (!stateDue && waiting.Count == 0)
            {
                return null;
            }

            // A changed state is not kept waiting behind a backlog of traffic.
            traffic = stateDue ? [] : waiting.Dequeue();
            stateDue = false;
            sequence++;
        }

        ReportedState state = observe();
        return new EdgeReport(edge, workspace, sequence, time.GetUtcNow(), state.AppliedRevision, state.Problems, state.Listeners, state.Resources, traffic);
    }

    private void Wake()
    {
        lock (gate)
        {
            if (news.CurrentCount == 0)
            {
                news.Release();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The edge's report was not taken in ({Reason}); it is sent again until it is")]
    private static partial void LogNotDelivered(ILogger logger, string reason);
}
