using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;

namespace Mesh.Grains.Relay;

/// <summary>One reading of the workspace whose pages are fetched once for all edges of this silo.</summary>
internal sealed class SharedSnapshot(IWorkspaceGrain workspace, SnapshotPage first)
{
    private readonly Task<SnapshotPage?>?[] pages = [Task.FromResult<SnapshotPage?>(first), .. new Task<SnapshotPage?>?[first.Pages - 1]];

    public long Revision => first.Revision;

    public required long OpenedAt { get; init; }

    public long UsedAt { get; set; }

    /// <returns>Null when the workspace no longer holds this reading and the page was not fetched in time, or there is no such page.</returns>
    public async Task<SnapshotPage?> Page(int page)
    {
        if (page < 0 || page >= pages.Length)
        {
            return null;
        }

        // A failed fetch is not kept: the next edge that asks tries again.
        Task<SnapshotPage?> fetch = pages[page] is { IsFaulted: false } earlier ? earlier : pages[page] = workspace.Snapshot(Revision, page);
        return await fetch;
    }
}
