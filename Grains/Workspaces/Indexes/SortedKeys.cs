namespace Mesh.Grains.Workspaces.Indexes;

/// <summary>
/// A sorted set of keys in chunks: an insert moves one chunk, not all keys, and a reader starts anywhere by binary search.
/// </summary>
internal sealed class SortedKeys<TKey>
    where TKey : struct, IComparable<TKey>
{
    /// <summary>Keys; a full chunk is halved.</summary>
    private const int MaxChunk = 512;

    private readonly List<List<TKey>> chunks = [];

    public int Count { get; private set; }

    public bool Add(TKey key)
    {
        if (chunks.Count == 0)
        {
            chunks.Add([key]);
            Count++;
            return true;
        }

        var at = Math.Max(0, ChunkOf(key));
        var chunk = chunks[at];
        var slot = chunk.BinarySearch(key);
        if (slot >= 0)
        {
            return false;
        }

        chunk.Insert(~slot, key);
        Count++;
        if (chunk.Count > MaxChunk)
        {
            chunks.Insert(at + 1, chunk.GetRange(MaxChunk / 2, chunk.Count - (MaxChunk / 2)));
            chunk.RemoveRange(MaxChunk / 2, chunk.Count - (MaxChunk / 2));
        }

        return true;
    }

    public bool Remove(TKey key)
    {
        var at = ChunkOf(key);
        var slot = at < 0 ? -1 : chunks[at].BinarySearch(key);
        if (slot < 0)
        {
            return false;
        }

        chunks[at].RemoveAt(slot);
        Count--;
        if (chunks[at].Count == 0)
        {
            chunks.RemoveAt(at);
        }

        return true;
    }

    /// <summary>Keys from <paramref name="first"/> (inclusive) on, in order.</summary>
    public IEnumerable<TKey> From(TKey first)
    {
        for (var at = Math.Max(0, ChunkOf(first)); at < chunks.Count; at++)
        {
            var chunk = chunks[at];
            var slot = chunk.BinarySearch(first);
            for (var i = slot < 0 ? ~slot : slot; i < chunk.Count; i++)
            {
                yield return chunk[i];
            }
        }
    }

    /// <summary>The last chunk that starts at or before the key; -1 when the key stands before all.</summary>
    private int ChunkOf(TKey key)
    {
        int low = 0, high = chunks.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (chunks[middle][0].CompareTo(key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
