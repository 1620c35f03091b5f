using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Log;
using Mesh.Grains.Schemas;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Grains.Workspaces;

/// <summary>
/// The writer of one workspace. Commits go one at a time; readings interleave with them and see only what is durable. The
/// store is the fence: should two activations ever live, each revision still has one winner.
/// </summary>
internal sealed partial class WorkspaceGrain(
    LogStore store,
    EntitySchemas schemas,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<WorkspaceGrain> logger) : Grain, IWorkspaceGrain
{
    /// <summary>How long another activation's commits may stay unseen.</summary>
    private static readonly TimeSpan HeadCheckPeriod = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SnapshotRetryPause = TimeSpan.FromSeconds(30);

    private readonly NewsSignal news = new(time, host.ApplicationStopping);
    private readonly SnapshotReadings readings = new(time);
    private WorkspaceLog log = null!;
    private Committer committer = null!;
    private LiveWorkspace? live;
    private Task<LiveWorkspace>? loading;
    private IGrainTimer snapshotTimer = null!;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Loading waits for the first call: its failure then reaches the caller as what it is.
        log = store.Open(Name);
        committer = new Committer(log, time);
        this.RegisterGrainTimer(CheckHead, new GrainTimerCreationOptions(HeadCheckPeriod, HeadCheckPeriod));
        snapshotTimer = this.RegisterGrainTimer(WriteSnapshot, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        return Task.CompletedTask;
    }

    public async Task<CommitOutcome> Commit(CommitRequest request)
    {
        LiveWorkspace workspace = await Live();
        for (int load = 0; load < 2; load++)
        {
            try
            {
                return await CommitTo(workspace, request);
            }
            catch (LogReplacedException)
            {
                LogWentBack(Name, workspace.Revision);
                workspace = await Reload();
            }
        }

        throw new StoreUnavailableException("the store loses commits again and again");
    }

    public async Task<EntityProblem?> Validate(string kind, byte[] body) => (await Live()).State.Validate(kind, body);

    public async Task<EntityReading> Read(string kind, string key, EntityParent? parent) => (await Live()).State.Read(kind, key, parent);

    public async Task<EntityPage> List(ListQuery query) => (await Live()).State.List(query);

    public async Task<TagPage> Tags(TagQuery query) => (await Live()).State.Tags(query);

    public async Task<long> Head() => (await Live()).Revision;

    public async Task<ConfigDelta> ReadAfter(long revision)
    {
        if ((await Live()).Revision <= revision)
        {
            await news.Wait(LongPoll.Wait);
        }

        RecentCommits recent = (await Live()).Recent;
        return recent.Has(revision) ? recent.After(revision) : new ConfigDelta(revision, recent.Head, [], TooFarBehind: true);
    }

    public async Task<SnapshotPage?> Snapshot(long? revision, int page) => readings.Page(await Live(), revision, page);

    private async Task<CommitOutcome> CommitTo(LiveWorkspace workspace, CommitRequest request)
    {
        long before = workspace.Revision;
        try
        {
            return await committer.Commit(workspace, request);
        }
        finally
        {
            Tell(workspace, before);
            if (committer.SawOtherWriter)
            {
                // Memory has followed the log, so this answer is right; but one of the two activations is one too many.
                LogOtherWriter(Name, workspace.Revision);
                DeactivateOnIdle();
                news.Raise();
            }
        }
    }

    private async Task CheckHead(CancellationToken cancel)
    {
        readings.DropIdle();
        if (live is not { } workspace)
        {
            return;
        }

        long before = workspace.Revision;
        try
        {
            CatchUp found = await workspace.CatchUp(log);
            Tell(workspace, before);
            if (found == CatchUp.Moved)
            {
                LogOtherWriter(Name, workspace.Revision);
            }
            else if (found == CatchUp.WentBack)
            {
                LogWentBack(Name, workspace.Revision);
                await Reload();
            }
            else if (found == CatchUp.StoreEmptied)
            {
                LogEmptied(Name, workspace.Revision);
            }
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StoreDamagedException)
        {
            LogCheckFailed(Name, failure.Message);
        }
    }

    private async Task WriteSnapshot(CancellationToken cancel)
    {
        LiveWorkspace workspace = await Live();
        try
        {
            long revision = workspace.Revision;
            SnapshotIndex index = await log.Snapshots.Write(revision, workspace.State.Capture());
            workspace.SnapshotWritten(index.Newest!.Revision);
            await log.Trimmer.Trim(index, workspace.Revision);
            PlanSnapshot(workspace, TimeSpan.Zero);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StoreDamagedException)
        {
            LogSnapshotFailed(Name, failure.Message);
            PlanSnapshot(workspace, SnapshotRetryPause);
        }
    }

    private void Tell(LiveWorkspace workspace, long before)
    {
        if (workspace.Revision != before)
        {
            news.Raise();
            PlanSnapshot(workspace, TimeSpan.Zero);
        }
    }

    private void PlanSnapshot(LiveWorkspace workspace, TimeSpan pause)
    {
        if (workspace.IsSnapshotDue(log.Settings))
        {
            snapshotTimer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private ValueTask<LiveWorkspace> Live() => live is not null ? new(live) : new(Loading());

    private Task<LiveWorkspace> Loading() => loading is { IsCompleted: false } ? loading : loading = Load();

    private async Task<LiveWorkspace> Load()
    {
        long started = time.GetTimestamp();
        LiveWorkspace loaded = await LiveWorkspace.Load(log, schemas);
        LogLoaded(Name, loaded.Revision, time.GetElapsedTime(started).TotalMilliseconds);
        live = loaded;
        PlanSnapshot(loaded, TimeSpan.Zero);
        return loaded;
    }

    private async Task<LiveWorkspace> Reload()
    {
        readings.Clear();
        LiveWorkspace loaded = await Loading();
        news.Raise();
        return loaded;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {Workspace} loaded at revision {Revision} in {Milliseconds:F0} ms")]
    private partial void LogLoaded(string workspace, long revision, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another writer commits to workspace {Workspace} (now at revision {Revision}); this activation makes room")]
    private partial void LogOtherWriter(string workspace, long revision);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The store has lost commits of workspace {Workspace}, which stood at revision {Revision}: what it still has is loaded")]
    private partial void LogWentBack(string workspace, long revision);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The store has lost workspace {Workspace}, which stands at revision {Revision} in memory: restore it from a backup")]
    private partial void LogEmptied(string workspace, long revision);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be asked for the head of workspace {Workspace}: {Failure}")]
    private partial void LogCheckFailed(string workspace, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No snapshot of workspace {Workspace} could be written, will try again: {Failure}")]
    private partial void LogSnapshotFailed(string workspace, string failure);
}
