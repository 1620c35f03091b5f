using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Log;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Mesh.Grains.Relay;

/// <summary>
/// On each silo one copy of the log's newest commits: whatever the number of edges, the workspace grain answers one poll per
/// silo. Readers outside the copy (far behind, or ahead of it) are passed on to the workspace, those at one revision together.
/// </summary>
[StatelessWorker(maxLocalWorkers: 1)]
internal sealed partial class ConfigRelayGrain(IGrainFactory grains, TimeProvider time, IHostApplicationLifetime host, ILogger<ConfigRelayGrain> logger) : Grain, IConfigRelayGrain
{
    /// <summary>Nobody asked for so long: the relay stops polling.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PollRetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A snapshot that nobody asked for so long is dropped.</summary>
    private static readonly TimeSpan SnapshotIdleLimit = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan SnapshotSharing = TimeSpan.FromSeconds(1);

    private const int MaxSnapshots = 2;

    private readonly NewsSignal news = new(time, host.ApplicationStopping);
    private readonly Dictionary<long, Task<ConfigDelta>> passedOn = [];
    private readonly List<SharedSnapshot> snapshots = [];
    private IWorkspaceGrain workspace = null!;
    private RecentCommits? recent;
    private Task? polling;
    private Task<SnapshotPage?>? opening;
    private long askedAt;
    private bool stopped;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        workspace = grains.GetGrain<IWorkspaceGrain>(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stopped = true;
        news.Raise();
        return Task.CompletedTask;
    }

    public async Task<ConfigDelta> Next(long afterRevision)
    {
        askedAt = time.GetTimestamp();
        if (recent is null)
        {
            recent = new RecentCommits(Math.Max(0, afterRevision));
        }

        if (polling is null or { IsCompleted: true })
        {
            polling = Poll();
        }

        if (!recent.Has(afterRevision))
        {
            return await PassOn(afterRevision);
        }

        if (recent.Head == afterRevision)
        {
            await news.Wait(LongPoll.Wait);
        }

        return recent.Has(afterRevision) ? recent.After(afterRevision) : new ConfigDelta(afterRevision, recent.Head, [], TooFarBehind: true);
    }

    public async Task<SnapshotPage?> Snapshot(long? revision, int page)
    {
        askedAt = time.GetTimestamp();
        snapshots.RemoveAll(old => time.GetElapsedTime(old.UsedAt) > SnapshotIdleLimit);

        SharedSnapshot? snapshot = snapshots.Find(known => revision is null ? IsFresh(known) : known.Revision == revision);
        if (snapshot is not null)
        {
            snapshot.UsedAt = askedAt;
            return await snapshot.Page(page);
        }

        if (revision is not null)
        {
            return await workspace.Snapshot(revision, page);
        }

        opening = opening is { IsCompleted: false } ? opening : Open();
        SnapshotPage? first = await opening;
        return page == 0 || first is null ? first : await Snapshot(first.Revision, page);
    }

    /// <summary>
    /// Good enough to begin with: the newest, or young enough that many edges starting at once share it while commits go on.
    /// The edge follows from its revision, whose successors must be at hand.
    /// </summary>
    private bool IsFresh(SharedSnapshot known) =>
        recent?.Has(known.Revision) == true && (recent.Head == known.Revision || time.GetElapsedTime(known.OpenedAt) < SnapshotSharing);

    private async Task<SnapshotPage?> Open()
    {
        if (await workspace.Snapshot(null, 0) is not { } first)
        {
            return null;
        }

        snapshots.RemoveAll(old => old.Revision == first.Revision);
        if (snapshots.Count == MaxSnapshots)
        {
            snapshots.Remove(snapshots.MinBy(old => old.UsedAt)!);
        }

        snapshots.Add(new SharedSnapshot(workspace, first) { OpenedAt = time.GetTimestamp(), UsedAt = time.GetTimestamp() });
        return first;
    }

    private async Task<ConfigDelta> PassOn(long after)
    {
        if (passedOn.TryGetValue(after, out Task<ConfigDelta>? shared))
        {
            return await shared;
        }

        passedOn[after] = shared = workspace.ReadAfter(after);
        try
        {
            return await shared;
        }
        finally
        {
            passedOn.Remove(after);
        }
    }

    /// <summary>Runs in this grain's turns, one call to the workspace at a time, until nobody asks any more.</summary>
    private async Task Poll()
    {
        while (!stopped && !host.ApplicationStopping.IsCancellationRequested && time.GetElapsedTime(askedAt) < IdleLimit)
        {
            try
            {
                ConfigDelta delta = await workspace.ReadAfter(recent!.Head);
                if (delta.TooFarBehind)
                {
                    // The log went back, or was faster than this copy: begin again at its head.
                    recent = new RecentCommits(delta.Head);
                    snapshots.Clear();
                    news.Raise();
                    continue;
                }

                foreach (Commit commit in delta.Commits)
                {
                    recent.Add(commit);
                }

                if (delta.Commits.Length > 0)
                {
                    news.Raise();
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Readers wait on: their copy stays right, it only does not grow. Whatever it was, the next poll tells.
                LogPollFailed(this.GetPrimaryKeyString(), failure.Message);
                await Task.Delay(PollRetryPause, time);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay of workspace {Workspace} could not read news: {Failure}")]
    private partial void LogPollFailed(string workspace, string failure);
}
