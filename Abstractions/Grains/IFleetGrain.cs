using Mesh.Abstractions.Reports;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>The edges of one region (key: region) and their roll-up; key <see cref="Directory"/> knows the regions.</summary>
[Alias("mesh.IFleetGrain")]
public interface IFleetGrain : IGrainWithStringKey
{
    public const string Directory = "*";

    [Alias("Observe")]
    Task Observe(EdgePresence presence);

    /// <summary>Names of the regions that have edges; answered by the directory.</summary>
    [Alias("Regions"), AlwaysInterleave]
    Task<string[]> Regions();

    [Alias("Edges"), AlwaysInterleave]
    Task<EdgePresence[]> Edges();

    /// <summary>All traffic that entered through the edges of this region (id: empty); the directory answers for all regions.</summary>
    [Alias("Traffic"), AlwaysInterleave]
    Task<TrafficReading> Traffic();

    /// <summary>Completes when every live edge of the region has applied <paramref name="revision"/>, or with those that lag when the wait ends.</summary>
    [Alias("WaitApplied"), AlwaysInterleave]
    Task<EdgePresence[]> WaitApplied(string workspace, long revision, TimeSpan wait);
}

[GenerateSerializer, Immutable, Alias("mesh.edge-presence")]
public sealed record EdgePresence(EdgeIdentity Edge, string Workspace, long AppliedRevision, int Problems, DateTimeOffset SeenAt, bool Live);
