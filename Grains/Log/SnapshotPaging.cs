using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>Cuts a reading of a workspace into pages of <see cref="SnapshotPage.MaxSnapshotPageBytes"/>.</summary>
internal static class SnapshotPaging
{
    /// <returns>At least one page; the only page of an empty workspace is empty.</returns>
    public static List<ArraySegment<EntityChange>> Split(IReadOnlyList<EntityChange> entities)
    {
        EntityChange[] all = entities as EntityChange[] ?? [.. entities];
        var pages = new List<ArraySegment<EntityChange>>();
        int start = 0;
        long bytes = 0;
        for (int i = 0; i < all.Length; i++)
        {
            bytes += all[i].Document?.Length ?? 0;
            if (bytes >= SnapshotPage.MaxSnapshotPageBytes)
            {
                pages.Add(new ArraySegment<EntityChange>(all, start, i + 1 - start));
                start = i + 1;
                bytes = 0;
            }
        }

        if (start < all.Length || pages.Count == 0)
        {
            pages.Add(new ArraySegment<EntityChange>(all, start, all.Length - start));
        }

        return pages;
    }
}
