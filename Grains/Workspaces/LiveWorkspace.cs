using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Workspaces;

/// <summary>A workspace in memory as far as its log is durable: entities and newest commits, at one revision.</summary>
internal sealed class LiveWorkspace
{
    private LiveWorkspace(WorkspaceState state, long revision)
    {
        State = state;
        Recent = new RecentCommits(revision);
        SnapshotRevision = revision;
    }

    public WorkspaceState State { get; }

    public RecentCommits Recent { get; }

    public long Revision => Recent.Head;

    /// <summary>Newest snapshot in the store that this activation knows of.</summary>
    public long SnapshotRevision { get; private set; }

    /// <summary>Documents committed since.</summary>
    public long BytesSinceSnapshot { get; private set; }

    public static async Task<LiveWorkspace> Load(WorkspaceLog log, EntitySchemas schemas)
    {
        LoadedLog loaded = await log.Loader.Load();
        var state = new WorkspaceState(schemas);
        state.Apply(loaded.SnapshotRevision, loaded.Snapshot);
        var live = new LiveWorkspace(state, loaded.SnapshotRevision);
        foreach (Commit commit in loaded.Tail)
        {
            live.Take(commit);
        }

        return live;
    }

    /// <summary>Takes over the next durable commit.</summary>
    public void Take(Commit commit)
    {
        State.Apply(commit.Revision, commit.Changes);
        Recent.Add(commit);
        foreach (EntityChange change in commit.Changes)
        {
            BytesSinceSnapshot += change.Document?.Length ?? 0;
        }
    }

    /// <summary>Takes over what others appended. The log has one order: this state and the commits behind it are the state at the head.</summary>
    public async Task<CatchUp> CatchUp(WorkspaceLog log)
    {
        long head = await log.Commits.Head();
        if (head == Revision)
        {
            return Workspaces.CatchUp.Same;
        }

        if (head < Revision)
        {
            return head == 0 ? Workspaces.CatchUp.StoreEmptied : Workspaces.CatchUp.WentBack;
        }

        // Our newest commit is read too: when the store holds another one in its place, it went back and forth meanwhile.
        Commit? newest = Recent.Newest;
        try
        {
            await foreach (LogEntry entry in log.Commits.Read(newest?.Revision ?? Revision + 1, head))
            {
                if (entry.Commit.Revision > Revision)
                {
                    Take(entry.Commit);
                }
                else if (entry.Commit.OperationId != newest!.OperationId)
                {
                    return Workspaces.CatchUp.WentBack;
                }
            }
        }
        catch (MissingEntryException)
        {
            // So far behind that the log was trimmed past us: only a fresh load helps.
            return Workspaces.CatchUp.WentBack;
        }

        return Workspaces.CatchUp.Moved;
    }

    /// <summary>A snapshot costs the whole workspace, so it waits until the log behind it has grown to a part of that.</summary>
    public bool IsSnapshotDue(LogSettings settings) =>
        Revision - SnapshotRevision >= Math.Max(settings.SnapshotEveryCommits, Math.Min(State.EntityCount / LogSettings.SnapshotShare, LogSettings.MaxTailCommits))
        || (Revision > SnapshotRevision && BytesSinceSnapshot >= Math.Max(settings.SnapshotEveryBytes, State.DocumentBytes / LogSettings.SnapshotShare));

    public void SnapshotWritten(long revision)
    {
        SnapshotRevision = Math.Max(SnapshotRevision, revision);
        BytesSinceSnapshot = 0;
    }
}
