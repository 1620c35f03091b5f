namespace Mesh.Grains.Log;

internal static class LogLimits
{
    /// <summary>Largest value of a key. The embedded store keeps a value on one page of its log (1 MiB) and of its append-only file (4 MiB).</summary>
    public const int MaxValueBytes = 512 * 1024;

    /// <summary>Largest commit as it lies in the store: its chunks are named in one script call.</summary>
    public const int MaxEntryBytes = 128 << 20;

    /// <summary>Keys of a commit or snapshot that is never completed vanish after this time.</summary>
    public static readonly TimeSpan OrphanExpiry = TimeSpan.FromMinutes(15);

    /// <summary>Pages of a retired snapshot stay so long, for whoever is still loading it.</summary>
    public static readonly TimeSpan RetiredSnapshotExpiry = TimeSpan.FromMinutes(5);

    /// <summary>Commits read at a time.</summary>
    public const int Window = 16;

    /// <summary>Parts of a large value under way at a time: together they must pass within <see cref="CommandTimeout"/>.</summary>
    public const int PartWindow = 4;

    /// <summary>Commits removed by one call of the trimming script.</summary>
    public const int TrimBatch = 64;

    /// <summary>Snapshots kept: when the newest is damaged, the one before it and the log behind that still make the whole.</summary>
    public const int KeptSnapshots = 2;

    /// <summary>A command that the store does not answer in this time is given up.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromMilliseconds(800);

    /// <summary>No further attempt of an append starts after this time; with <see cref="CommandTimeout"/> a caller waits less than 2 s.</summary>
    public static readonly TimeSpan AppendRetryBudget = TimeSpan.FromMilliseconds(1000);

    public static readonly TimeSpan AppendRetryPause = TimeSpan.FromMilliseconds(50);
}
