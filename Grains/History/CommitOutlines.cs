using Mesh.Grains.Log;

namespace Mesh.Grains.History;

/// <summary>
/// Which commit touched which entities, so that a filter over thousands of commits reads each from the store once and not
/// every time. Belongs to its grain's turns; interleaved readers may read a commit twice, never wrongly.
/// </summary>
internal sealed class CommitOutlines(CommitLog log)
{
    /// <summary>Commits kept in memory; older ones are read again.</summary>
    public const int MaxOutlines = 20_000;

    /// <summary>Entities named by them, about 24 bytes each.</summary>
    public const int MaxTouched = 1_000_000;

    /// <summary>Commits looked up at a time.</summary>
    private const int Window = 256;

    private readonly SortedDictionary<long, CommitOutline> known = [];
    private CommitOutline? newest;
    private long touched;

    public int Count => known.Count;

    /// <summary>Forgets everything when the log in the store is not the one that was read (a backup was put back).</summary>
    public async Task Check(long head)
    {
        if (newest is { Header: var seen } && (seen.Revision > head || await log.FindOperation(seen.OperationId) != seen.Revision))
        {
            known.Clear();
            newest = null;
            touched = 0;
        }
    }

    /// <summary>From <paramref name="newest"/> down to <paramref name="oldest"/>.</summary>
    /// <exception cref="MissingEntryException">One was trimmed meanwhile.</exception>
    public async IAsyncEnumerable<CommitOutline> NewestFirst(long newest, long oldest)
    {
        for (long last = newest; last >= oldest; last -= Window)
        {
            int count = (int)Math.Min(Window, last - oldest + 1);
            var window = new CommitOutline?[count];
            var missing = new List<long>();
            for (int i = 0; i < count; i++)
            {
                window[i] = known.GetValueOrDefault(last - i);
                if (window[i] is null)
                {
                    missing.Add(last - i);
                }
            }

            await foreach (CommitOutline outline in log.ReadOutlines(missing))
            {
                window[last - outline.Header.Revision] = outline;
                Keep(outline);
            }

            foreach (CommitOutline? outline in window)
            {
                yield return outline!;
            }
        }
    }

    private void Keep(CommitOutline outline)
    {
        if (!known.TryAdd(outline.Header.Revision, outline))
        {
            return;
        }

        newest = newest is null || outline.Header.Revision > newest.Header.Revision ? outline : newest;
        touched += outline.Touched.Length;
        while (known.Count > 1 && (known.Count > MaxOutlines || touched > MaxTouched))
        {
            (long oldest, CommitOutline dropped) = known.First();
            known.Remove(oldest);
            touched -= dropped.Touched.Length;
        }
    }
}
