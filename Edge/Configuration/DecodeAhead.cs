using Mesh.Abstractions.Configuration;

namespace Mesh.Edge.Configuration;

/// <summary>Decodes a large configuration on the other cores while this one indexes; a small change is decoded in place.</summary>
internal static class DecodeAhead
{
    private const int ChunkChanges = 512;

    /// <summary>Bounds what lies in memory decoded and not yet indexed.</summary>
    private static readonly int MaxChunksAhead = Math.Min(Environment.ProcessorCount, 8) + 1;

    /// <summary>The changes in their order. <paramref name="decode"/> is called from several threads at once.</summary>
    public static IEnumerable<DecodedChange> Of(IEnumerable<EntityChange> changes, Func<EntityChange, DecodedChange> decode)
    {
        var ahead = new Queue<Task<DecodedChange[]>>();
        foreach (EntityChange[] chunk in changes.Chunk(ChunkChanges))
        {
            ahead.Enqueue(chunk.Length < ChunkChanges
                ? Task.FromResult(Array.ConvertAll(chunk, change => decode(change)))
                : Task.Run(() => Array.ConvertAll(chunk, change => decode(change))));
            if (ahead.Count < MaxChunksAhead)
            {
                continue;
            }

            foreach (DecodedChange decoded in ahead.Dequeue().GetAwaiter().GetResult())
            {
                yield return decoded;
            }
        }

        while (ahead.TryDequeue(out Task<DecodedChange[]>? chunk))
        {
            foreach (DecodedChange decoded in chunk.GetAwaiter().GetResult())
            {
                yield return decoded;
            }
        }
    }
}
