using Mesh.Abstractions.Access;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>Writes and refused attempts at the Admin API (key: <see cref="Key"/>), the newest of each, kept over restarts.</summary>
[Alias("mesh.IAuditGrain")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    const long Key = 0;

    /// <summary>Takes effect at once and is on disk a second later. Sequences are given here.</summary>
    [Alias("Append"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task Append(AuditRecord record);

    [Alias("Read"), AlwaysInterleave]
    Task<AuditPage> Read(AuditQuery query);
}
