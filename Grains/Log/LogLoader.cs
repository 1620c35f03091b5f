using Mesh.Abstractions.Configuration;
using Microsoft.Extensions.Logging;

namespace Mesh.Grains.Log;

/// <summary>Reads a workspace whole: the newest snapshot that is sound, and the log behind it. Never half a state.</summary>
internal sealed partial class LogLoader(CommitLog log, SnapshotStore snapshots, ILogger logger)
{
    /// <summary>Other writers may publish, retire and trim while this one reads; a fresh look then finds the newer whole.</summary>
    private const int MaxLooks = 5;

    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    /// <exception cref="StoreDamagedException">No snapshot with the log behind it makes a whole; the message names every damage.</exception>
    public async Task<LoadedLog> Load()
    {
        for (int look = 1; ; look++)
        {
            SnapshotIndex index = await snapshots.Index();
            long head = await log.Head();
            var damages = new List<string>();
            foreach (SnapshotInfo? snapshot in index.Snapshots.Append(null))
            {
                if (await TryLoad(snapshot, head, damages) is { } loaded)
                {
                    return loaded;
                }
            }

            bool moved = (await snapshots.Index()).Encode() != index.Encode();
            if (!moved || look == MaxLooks)
            {
                throw new StoreDamagedException($"the stored configuration cannot be read whole: {string.Join("; ", damages)}. Restore the store from a backup, or remove the workspace's keys and import its configuration again");
            }
        }
    }

    /// <param name="snapshot">Null: replay the log from its beginning.</param>
    private async Task<LoadedLog?> TryLoad(SnapshotInfo? snapshot, long head, List<string> damages)
    {
        long from = snapshot?.Revision ?? 0;
        if (from > head)
        {
            damages.Add($"the snapshot of revision {from} is ahead of the log, which ends at {head}");
            return null;
        }

        try
        {
            if (snapshot is null && await log.Trimmed() is > 0 and var trimmed)
            {
                damages.Add($"the log was trimmed up to revision {trimmed}");
                return null;
            }

            List<EntityChange> entities = snapshot is null ? [] : await snapshots.Read(snapshot);
            var tail = new List<Commit>();
            await foreach (LogEntry entry in log.Read(from + 1, head))
            {
                tail.Add(entry.Commit);
            }

            if (damages.Count > 0)
            {
                LogFallback(from, string.Join("; ", damages));
            }

            return new LoadedLog(from, entities, tail);
        }
        catch (Exception damage) when (damage is MissingEntryException or StoreDamagedException)
        {
            damages.Add(damage.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Loaded the workspace from revision {Revision} and the log behind it, because of damage in the store: {Damage}")]
    private partial void LogFallback(long revision, string damage);
}
