using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Mesh.Edge.Sync.Remote;

/// <summary>The gateways last heard of, as the Orleans client asks for them.</summary>
internal sealed class KnownGateways(GatewayList first) : IGatewayListProvider
{
    /// <summary>How often the list is read anew.</summary>
    public static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(2);

    private GatewayList list = first;

    public GatewayList List
    {
        get => Volatile.Read(ref list);
        set => Volatile.Write(ref list, value);
    }

    public TimeSpan MaxStaleness => RefreshPeriod;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public Task<IList<Uri>> GetGateways() => Task.FromResult<IList<Uri>>([.. List.Gateways.Select(gateway => gateway.ToGatewayUri())]);
}
