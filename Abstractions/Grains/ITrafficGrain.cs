using Mesh.Abstractions.Reports;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>Merged traffic of many subjects over all edges (key: <see cref="TrafficShards.GrainKey"/>). Kept in memory for an hour.</summary>
[Alias("mesh.ITrafficGrain")]
public interface ITrafficGrain : IGrainWithStringKey
{
    /// <summary>Adds a batch once: the pair (edge session, sequence) is remembered.</summary>
    [Alias("Add")]
    Task Add(Guid edge, Guid session, long sequence, TrafficBatch batch);

    /// <summary>Merged traffic of one subject; all its addresses when <paramref name="address"/> is null.</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<TrafficReading> Read(TrafficSubject subject, Guid id, string? address);

    /// <summary>As <see cref="Read"/>, one reading per address (the targets of an upstream).</summary>
    [Alias("ReadAddresses"), AlwaysInterleave]
    Task<TrafficReading[]> ReadAddresses(TrafficSubject subject, Guid id);
}
