using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Traffic;

internal sealed class RouteGrain(IGrainFactory grains) : Grain, IRouteGrain
{
    public Task<TrafficReading> Traffic()
    {
        (string workspace, Guid id) = EntityGrainKey.Split(this.GetPrimaryKeyString());
        return grains.GetGrain<ITrafficGrain>(TrafficShards.GrainKey(workspace, TrafficShards.Of(id))).Read(TrafficSubject.Route, id, null);
    }
}
