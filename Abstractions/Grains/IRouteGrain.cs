using Mesh.Abstractions.Reports;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>A route as it lives (key: <c>workspace/id</c>): its traffic over all edges.</summary>
[Alias("mesh.IRouteGrain")]
public interface IRouteGrain : IGrainWithStringKey
{
    [Alias("Traffic"), AlwaysInterleave]
    Task<TrafficReading> Traffic();
}
