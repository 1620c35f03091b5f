namespace Mesh.Abstractions.Reports;

/// <summary>Which shard a subject's traffic goes to: edges send one batch per shard, never one call per route.</summary>
public static class TrafficShards
{
    public const int Count = 16;

    /// <summary>Stable over processes and versions: the low bits of the id.</summary>
    public static int Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return (bytes[15] ^ bytes[14]) % Count;
    }

    /// <summary>Key of the traffic grain that holds a shard of a workspace.</summary>
    public static string GrainKey(string workspace, int shard) => $"{workspace}/{shard}";
}
