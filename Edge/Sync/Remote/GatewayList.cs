using System.Net;

namespace Mesh.Edge.Sync.Remote;

/// <summary>Where the silos of a cluster take in clients.</summary>
internal sealed record GatewayList(string ClusterId, string ServiceId, IReadOnlyList<IPEndPoint> Gateways)
{
    public bool SameCluster(GatewayList other) => ClusterId == other.ClusterId && ServiceId == other.ServiceId;
}
