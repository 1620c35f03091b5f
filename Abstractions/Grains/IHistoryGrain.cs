using Mesh.Abstractions.Configuration;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>Reads a workspace's log (key: workspace name) on every silo, so that history costs the writer nothing.</summary>
[Alias("mesh.IHistoryGrain")]
public interface IHistoryGrain : IGrainWithStringKey
{
    [Alias("List"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<CommitPage> List(CommitQuery query);

    [Alias("Read"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<HistoryReading> Read(long revision);

    /// <summary>What differs between two states, whichever is older. The cost is that of the commits between them.</summary>
    /// <param name="from">Null: the newest.</param>
    /// <param name="to">0 is the empty workspace.</param>
    [Alias("Diff"), AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<HistoryReading> Diff(long? from, long to);

    /// <param name="before">Only commits with a lower revision; null for the newest.</param>
    /// <param name="size">1 … 1000 versions.</param>
    [Alias("OfEntity"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<EntityHistory> OfEntity(string kind, Guid id, long? before, int size);
}
