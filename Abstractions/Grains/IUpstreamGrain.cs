using Mesh.Abstractions.Reports;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>An upstream as it lives (key: <c>workspace/id</c>): the traffic of each of its targets over all edges.</summary>
[Alias("mesh.IUpstreamGrain")]
public interface IUpstreamGrain : IGrainWithStringKey
{
    [Alias("Traffic"), AlwaysInterleave]
    Task<TrafficReading[]> Traffic();
}
