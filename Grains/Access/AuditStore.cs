using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Grains.Log;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mesh.Grains.Access;

/// <summary>
/// The pages of the audit's rings, sealed. They are not fenced: should two activations ever write, the last one's page stands, and
/// the log of commits still has every change.
/// </summary>
internal sealed class AuditStore(IConnectionMultiplexer connection, PayloadSeal seal, LogSettings settings, ILogger<AuditStore> log)
{
    private readonly AccessKeys keys = new(settings);

    /// <summary>All pages that can be read; one that cannot is left out and logged.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<IReadOnlyList<StoredAuditPage>> Load(string ring)
    {
        RedisKey[] slots = [.. Enumerable.Range(0, AuditRing.Pages).Select(slot => keys.AuditPage(ring, slot))];
        RedisValue[] values = await StoreCalls.Run(() => connection.GetDatabase().StringGetAsync(slots));
        return [.. values.Where(value => !value.IsNull).Select(value => Read((byte[])value!)).OfType<StoredAuditPage>()];
    }

    /// <exception cref="StoreUnavailableException">It may have been written or not.</exception>
    public Task Save(string ring, StoredAuditPage page)
    {
        byte[] stored = seal.Seal(JsonSerializer.SerializeToUtf8Bytes(page));
        return StoreCalls.Run(() => connection.GetDatabase().StringSetAsync(keys.AuditPage(ring, AuditRing.Slot(page.Page)), stored));
    }

    private StoredAuditPage? Read(byte[] stored)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredAuditPage>(seal.Open(stored));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            log.LogError("A page of the audit cannot be read: {Reason}", e.Message);
            return null;
        }
    }
}
