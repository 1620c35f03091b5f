namespace Mesh.Grains.Log;

/// <param name="HistoryLimit">Commits kept behind the head; never fewer than what a complete snapshot does not cover.</param>
/// <param name="Service">First part of every key.</param>
internal sealed record LogSettings(int HistoryLimit = 10_000, string Service = "mesh")
{
    /// <summary>A snapshot is not due before the log behind it has grown to this part of the workspace (one in so many).</summary>
    public const int SnapshotShare = 8;

    /// <summary>Of however large a workspace: activation reads the commits behind the snapshot one by one.</summary>
    public const int MaxTailCommits = 10_000;

    /// <summary>A snapshot is due after so many commits …</summary>
    public int SnapshotEveryCommits { get; init; } = Math.Clamp(HistoryLimit / 10, 1, 1_000);

    /// <summary>… or after so many bytes of log.</summary>
    public long SnapshotEveryBytes { get; init; } = 16L << 20;
}
