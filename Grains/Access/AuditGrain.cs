using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Microsoft.Extensions.Logging;

namespace Mesh.Grains.Access;

/// <summary>
/// The audit: one ring for writes and one for refused attempts, so that a flood of the one does not push out the other. Kept in
/// memory, written behind once a second and when the silo stops.
/// </summary>
internal sealed class AuditGrain(AuditStore store, ILogger<AuditGrain> log) : Grain, IAuditGrain
{
    private static readonly TimeSpan WritePeriod = TimeSpan.FromSeconds(1);

    private readonly AuditRing denied = new("denied");
    private readonly AuditRing written = new("written");
    private Task? restoring;
    private long sequence;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Write, new GrainTimerCreationOptions(WritePeriod, WritePeriod));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Write(cancellationToken);

    public async Task Append(AuditRecord record)
    {
        await Restored();
        (record.Denied ? denied : written).Add(record with { Sequence = ++sequence });
    }

    public async Task<AuditPage> Read(AuditQuery query)
    {
        await Restored();
        AuditRecord[] found =
        [
            .. Rings(query).Where(record => Fits(record, query)).Take(query.Size + 1),
        ];
        return found.Length > query.Size ? new AuditPage(found[..query.Size], found[query.Size - 1].Sequence) : new AuditPage(found, null);
    }

    private static bool Fits(AuditRecord record, AuditQuery query) =>
        (query.Before is not { } before || record.Sequence < before)
        && (query.Name is null || record.Name == query.Name)
        && (query.Address is null || record.Address == query.Address)
        && (query.Since is not { } since || record.Time >= since)
        && (query.Until is not { } until || record.Time <= until);

    private IEnumerable<AuditRecord> Rings(AuditQuery query) => query.Denied switch
    {
        true => denied.Newest,
        false => written.Newest,
        null => denied.Newest.Concat(written.Newest).OrderByDescending(record => record.Sequence),
    };

    private Task Restored()
    {
        if (restoring is null or { IsFaulted: true })
        {
            restoring = Restore();
        }

        return restoring;
    }

    private async Task Restore()
    {
        IReadOnlyList<StoredAuditPage> ofDenied = await store.Load(denied.Name);
        IReadOnlyList<StoredAuditPage> ofWritten = await store.Load(written.Name);
        denied.Restore(ofDenied);
        written.Restore(ofWritten);
        sequence = ofDenied.Concat(ofWritten).SelectMany(page => page.Records).Select(record => record.Sequence).DefaultIfEmpty().Max();
    }

    private async Task Write(CancellationToken cancel)
    {
        foreach (AuditRing ring in new[] { written, denied }.Where(ring => ring.HasUnwritten))
        {
            StoredAuditPage[] taken = ring.TakeUnwritten();
            try
            {
                foreach (StoredAuditPage page in taken)
                {
                    await store.Save(ring.Name, page);
                }
            }
            catch (StoreUnavailableException unavailable)
            {
                ring.WritingFailed(taken);
                log.LogWarning("The audit is not written yet: {Reason}", unavailable.Message);
                return;
            }
        }
    }
}
