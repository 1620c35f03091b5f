using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Traffic;

internal sealed class UpstreamGrain(IGrainFactory grains) : Grain, IUpstreamGrain
{
    public Task<TrafficReading[]> Traffic()
    {
        (string workspace, Guid id) = EntityGrainKey.Split(this.GetPrimaryKeyString());
        return grains.GetGrain<ITrafficGrain>(TrafficShards.GrainKey(workspace, TrafficShards.Of(id))).ReadAddresses(TrafficSubject.Target, id);
    }
}
