using Mesh.Abstractions.Configuration;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>A copy of a workspace's newest commits and of its snapshot on every silo (key: workspace), so that many edges do not wait on one grain.</summary>
[Alias("mesh.IConfigRelayGrain")]
public interface IConfigRelayGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="IWorkspaceGrain.ReadAfter"/>.</summary>
    [Alias("Next"), AlwaysInterleave]
    Task<ConfigDelta> Next(long afterRevision);

    /// <summary>As <see cref="IWorkspaceGrain.Snapshot"/>.</summary>
    [Alias("Snapshot"), AlwaysInterleave]
    Task<SnapshotPage?> Snapshot(long? revision, int page);
}
