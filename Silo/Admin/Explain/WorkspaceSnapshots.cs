using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Sync;

namespace Mesh.Silo.Admin.Explain;

/// <summary>
/// Compiles a workspace as an edge would, for a process that runs none: the whole on first use, then what was committed
/// since. One workspace is kept, and only while it is asked for.
/// </summary>
internal sealed class WorkspaceSnapshots(IGrainFactory grains, TimeProvider time) : IDisposable
{
    /// <summary>Without a question for this long the snapshot is dropped.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(5);

    /// <summary>Documents of a workspace that is still compiled here, in bytes; an all-in-one process explains a larger one.</summary>
    public const long MaxDocumentBytes = 1024L * 1024 * 1024;

    /// <summary>A reading is begun anew when the snapshot that it reads goes away.</summary>
    private const int MaxReadings = 5;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Not needed to explain anything, and most of it is secret.</summary>
    private static readonly HashSet<string> LeftOut =
        [EntityKinds.KeyAuthCredentials, EntityKinds.BasicAuthCredentials, EntityKinds.Acls, EntityKinds.Keys, EntityKinds.KeySets, EntityKinds.Vaults, EntityKinds.Snis, EntityKinds.Listeners];

    private readonly EdgeCompiler compiler = new(
        new PluginCatalog([.. PluginCatalog.Default.All.Select(schema => new UnbuiltPlugin(schema))]),
        _ => ValueTask.CompletedTask,

        // References are the edges' to resolve: this process has another environment, and no use for secrets.
        environment: _ => null);

    private readonly SemaphoreSlim turn = new(1);
    private ITimer? idle;
    private string? workspace;
    private EdgeSnapshot? kept;

    /// <summary>Whether a snapshot is held in memory.</summary>
    public bool IsWarm => Volatile.Read(ref kept) is not null;

    /// <summary>The workspace at its newest revision. Questions are answered one after the other.</summary>
    /// <exception cref="AdminRefusal">The workspace is too large.</exception>
    public async Task<EdgeSnapshot> Read(string name, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            EdgeSnapshot? before = workspace == name ? kept : null;
            kept = null;
            EdgeSnapshot snapshot = await CatchUp(name, before ?? await Load(name, cancel), cancel);
            (workspace, kept) = (name, snapshot);
            idle ??= time.CreateTimer(_ => Drop(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            idle.Change(IdleTime, Timeout.InfiniteTimeSpan);
            return snapshot;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        idle?.Dispose();
        turn.Dispose();
    }

    private async Task<EdgeSnapshot> CatchUp(string name, EdgeSnapshot snapshot, CancellationToken cancel)
    {
        IWorkspaceGrain grain = grains.GetGrain<IWorkspaceGrain>(name);
        long head = await grain.Head().WaitAsync(cancel);
        if (snapshot.Revision > head)
        {
            snapshot = await Load(name, cancel);
        }

        while (snapshot.Revision < head)
        {
            ConfigDelta delta = await grain.ReadAfter(snapshot.Revision).WaitAsync(cancel);
            snapshot = delta.TooFarBehind || delta.Commits.Length == 0
                ? await Load(name, cancel)
                : compiler.Apply(snapshot, delta.Commits[^1].Revision, Needed(delta.Commits.SelectMany(commit => commit.Changes)));
        }

        return snapshot;
    }

    private async Task<EdgeSnapshot> Load(string name, CancellationToken cancel)
    {
        SnapshotPage? first = await grains.GetGrain<IConfigRelayGrain>(name).Snapshot(null, 0).WaitAsync(cancel);
        if (first is not null && (long)first.Pages * SnapshotPage.MaxSnapshotPageBytes > MaxDocumentBytes)
        {
            throw new AdminRefusal(AdminAnswer.Message(StatusCodes.Status507InsufficientStorage, "The workspace is too large to be explained by a process without an edge; ask one that runs with an edge"));
        }

        SnapshotReader reader = new(new OrleansControlPlane(grains), name, CallTimeout, time);
        for (int i = 0; i < MaxReadings; i++)
        {
            if (await reader.Read(cancel) is { } reading)
            {
                return compiler.Replace(compiler.Empty, reading.Revision, Needed(reading.Pages.SelectMany(page => page)));
            }
        }

        throw new TimeoutException("the configuration changed each time while it was read");
    }

    private void Drop()
    {
        // Whoever is reading has begun the idle time anew.
        if (turn.Wait(0))
        {
            kept = null;
            turn.Release();
        }
    }

    private static IEnumerable<EntityChange> Needed(IEnumerable<EntityChange> changes) => changes.Where(change => !LeftOut.Contains(change.Kind));
}
