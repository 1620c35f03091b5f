using System.Globalization;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>Removes commits that are older than the history limit and that complete snapshots cover, with their operation ids.</summary>
internal sealed class LogTrimmer(IDatabase store, LogKeys keys, LogSettings settings)
{
    /// <returns>Revision up to which commits are gone.</returns>
    public async Task<long> Trim(SnapshotIndex index, long head)
    {
        long bound = Math.Min(head - settings.HistoryLimit, index.TrimBound);
        long trimmed = (long?)await StoreCalls.Run(() => store.StringGetAsync(keys.Trimmed)) ?? 0;
        while (trimmed < bound)
        {
            long last = Math.Min(bound, trimmed + LogLimits.TrimBatch);
            var doomed = new List<RedisKey> { keys.Trimmed };
            RedisKey[] entries = [.. Enumerable.Range(1, (int)(last - trimmed)).Select(i => keys.Entry(trimmed + i))];
            RedisValue[] headers = await StoreCalls.Run(() => Task.WhenAll(entries.Select(key => store.StringGetRangeAsync(key, 0, StoredEntry.HeaderBytes - 1))));
            for (int i = 0; i < entries.Length; i++)
            {
                doomed.Add(entries[i]);
                if (StoredEntry.TryRead((byte[]?)headers[i], out StoredEntry header, out _))
                {
                    doomed.Add(keys.Operation(header.OperationId));
                    doomed.AddRange(Enumerable.Range(0, header.Chunks).Select(chunk => keys.Chunk(header.Token, chunk)));
                }
            }

            await StoreCalls.Run(() => store.ScriptEvaluateAsync(LogScripts.Trim, [.. doomed], [last.ToString(CultureInfo.InvariantCulture)]));
            trimmed = last;
        }

        return trimmed;
    }
}
