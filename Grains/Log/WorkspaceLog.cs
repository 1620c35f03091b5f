using Mesh.Abstractions.Sealing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>Everything the store holds of one workspace.</summary>
internal sealed class WorkspaceLog
{
    public WorkspaceLog(IDatabase store, string workspace, PayloadSeal seal, LogSettings settings, TimeProvider time, ILogger logger)
    {
        var keys = new LogKeys(settings.Service, workspace);
        Settings = settings;
        Commits = new CommitLog(store, keys, seal, time);
        Snapshots = new SnapshotStore(store, keys, seal);
        Loader = new LogLoader(Commits, Snapshots, logger);
        Trimmer = new LogTrimmer(store, keys, settings);
    }

    public LogSettings Settings { get; }

    public CommitLog Commits { get; }

    public SnapshotStore Snapshots { get; }

    public LogLoader Loader { get; }

    public LogTrimmer Trimmer { get; }
}
