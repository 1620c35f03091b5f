using Mesh.Abstractions.Reports;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>One edge (key: its id): session, applied revision, problems, listeners, resources.</summary>
[Alias("mesh.IEdgeGrain")]
public interface IEdgeGrain : IGrainWithGuidKey
{
    /// <summary>Takes in a report (its traffic goes to the traffic grains). Older sequence numbers of the same session are dropped.</summary>
    [Alias("Report")]
    Task Report(EdgeReport report);

    [Alias("Read"), AlwaysInterleave]
    Task<EdgeReading?> Read();
}

/// <param name="Live">A report came within <see cref="EdgeLiveness.Timeout"/>.</param>
[GenerateSerializer, Immutable, Alias("mesh.edge-reading")]
public sealed record EdgeReading(EdgeReport Report, DateTimeOffset SeenAt, bool Live);

public static class EdgeLiveness
{
    /// <summary>An edge that has said nothing for so long is no longer waited for.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>An edge that has said nothing for so long is forgotten.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(1);
}
