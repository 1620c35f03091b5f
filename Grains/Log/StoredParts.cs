using System.Buffers;
using System.Text.Json;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>Values that are too large for one key lie in several, written ahead with an expiry that a script takes off when the whole is complete.</summary>
internal static class StoredParts
{
    /// <summary>One part per key, each of <see cref="LogLimits.MaxValueBytes"/> but the last.</summary>
    public static async Task Write(IDatabase store, IReadOnlyList<RedisKey> keys, ReadOnlyMemory<byte> payload)
    {
        for (int first = 0; first < keys.Count; first += LogLimits.PartWindow)
        {
            int from = first;
            await StoreCalls.Run(() => Task.WhenAll(Enumerable.Range(from, Math.Min(LogLimits.PartWindow, keys.Count - from)).Select(i =>
            {
                int start = i * LogLimits.MaxValueBytes;
                return store.StringSetAsync(keys[i], payload.Slice(start, Math.Min(LogLimits.MaxValueBytes, payload.Length - start)), LogLimits.OrphanExpiry);
            })));
        }
    }

    /// <summary>The parts put together; null when one is missing.</summary>
    public static async Task<byte[]?> Read(IDatabase store, RedisKey[] keys)
    {
        var whole = new ArrayBufferWriter<byte>();
        foreach (RedisKey[] window in keys.Chunk(LogLimits.PartWindow))
        {
            foreach (RedisValue part in await StoreCalls.Run(() => Task.WhenAll(window.Select(key => store.StringGetAsync(key)))))
            {
                if (part.IsNull)
                {
                    return null;
                }

                whole.Write((byte[])part!);
            }
        }

        return whole.WrittenSpan.ToArray();
    }

    /// <summary>What opening and decoding throws over bytes that are not what was written.</summary>
    public static bool IsDamage(Exception failure) => failure is InvalidDataException or JsonException or FormatException or InvalidOperationException;
}
