using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>
/// Whole readings of a workspace, so that loading need not replay the log from its beginning. Pages are written under keys
/// that expire; one script makes them permanent and names them in the index, so a snapshot is there whole or not at all.
/// </summary>
internal sealed class SnapshotStore(IDatabase store, LogKeys keys, PayloadSeal seal)
{
    public async Task<SnapshotIndex> Index()
    {
        string? text = await StoreCalls.Run(() => store.StringGetAsync(keys.Snapshots));
        try
        {
            return SnapshotIndex.Decode(text);
        }
        catch (Exception damage) when (StoredParts.IsDamage(damage))
        {
            throw new StoreDamagedException($"the index of snapshots cannot be read: {damage.Message}");
        }
    }

    /// <summary>Writes a snapshot and retires the oldest.</summary>
    /// <param name="entities">Puts, parents before children.</param>
    /// <returns>The index as it stands now; another writer's when that was first.</returns>
    public async Task<SnapshotIndex> Write(long revision, IReadOnlyList<EntityChange> entities)
    {
        SnapshotIndex current = await Index();
        if (current.Newest is { } newest && newest.Revision >= revision)
        {
            return current;
        }

        var token = Guid.NewGuid();
        List<ArraySegment<EntityChange>> pages = SnapshotPaging.Split(entities);
        var parts = new List<RedisKey>();
        for (int page = 0; page < pages.Count; page++)
        {
            byte[] value = seal.Seal(SnapshotPageCodec.Encode(new SnapshotPage(revision, page, pages.Count, [.. pages[page]])));
            foreach (byte[] part in SnapshotPart.Split(value))
            {
                parts.Add(keys.SnapshotPage(token, parts.Count));
                await StoreCalls.Run(() => store.StringSetAsync(parts[^1], part, LogLimits.OrphanExpiry));
            }
        }

        SnapshotInfo[] kept = [new(revision, token, pages.Count, parts.Count), .. current.Snapshots.Take(LogLimits.KeptSnapshots - 1)];
        IEnumerable<RedisKey> retired = current.Snapshots.Skip(LogLimits.KeptSnapshots - 1).SelectMany(PartKeys);
        var next = new SnapshotIndex(kept);
        RedisResult published = await StoreCalls.Run(() => store.ScriptEvaluateAsync(
            LogScripts.PublishSnapshot,
            [keys.Snapshots, .. parts, .. retired],
            [current.Snapshots.Length == 0 ? "" : current.Encode(), next.Encode(), (long)LogLimits.RetiredSnapshotExpiry.TotalSeconds, parts.Count]));
        return (int)published == 1 ? next : await Index();
    }

    /// <summary>All entities of a snapshot.</summary>
    /// <exception cref="MissingEntryException">A part is not there.</exception>
    /// <exception cref="StoreDamagedException">A page cannot be read, or is of another snapshot.</exception>
    public async Task<List<EntityChange>> Read(SnapshotInfo snapshot)
    {
        var entities = new List<EntityChange>();
        var page = new MemoryStream();
        int pages = 0;
        foreach (RedisKey[] window in PartKeys(snapshot).Chunk(LogLimits.PartWindow))
        {
            foreach (RedisValue value in await StoreCalls.Run(() => Task.WhenAll(window.Select(key => store.StringGetAsync(key)))))
            {
                if (value.IsNull)
                {
                    throw new MissingEntryException($"page {pages} of the snapshot of revision {snapshot.Revision} is missing");
                }

                if (SnapshotPart.Append(page, (byte[])value!))
                {
                    entities.AddRange(Open(snapshot, pages++, page.GetBuffer().AsSpan(0, (int)page.Length)));
                    page.SetLength(0);
                }
            }
        }

        return pages == snapshot.Pages
            ? entities
            : throw new StoreDamagedException($"the snapshot of revision {snapshot.Revision} has {pages} of {snapshot.Pages} pages");
    }

    private EntityChange[] Open(SnapshotInfo snapshot, int number, ReadOnlySpan<byte> stored)
    {
        try
        {
            SnapshotPage page = SnapshotPageCodec.Decode(seal.Open(stored));
            return page.Revision == snapshot.Revision && page.Page == number && page.Pages == snapshot.Pages
                ? page.Entities
                : throw new InvalidDataException($"it says that it is page {page.Page} of {page.Pages} of revision {page.Revision}");
        }
        catch (Exception damage) when (StoredParts.IsDamage(damage))
        {
            throw new StoreDamagedException($"page {number} of the snapshot of revision {snapshot.Revision} cannot be read: {damage.Message}");
        }
    }

    private IEnumerable<RedisKey> PartKeys(SnapshotInfo snapshot) => Enumerable.Range(0, snapshot.Parts).Select(part => keys.SnapshotPage(snapshot.Token, part));
}
