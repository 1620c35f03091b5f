using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Streams;

/// <summary>Finds the addresses of targets.</summary>
internal sealed class StreamDialer(TimeProvider time)
{
    private readonly NameCache names = new(time);

    /// <summary>Addresses to try, in turn.</summary>
    /// <param name="client">Whom the connection belongs to; null for any.</param>
    /// <exception cref="SocketException">The name does not resolve, or no address can be reached for the client.</exception>
    /// <exception cref="OperationCanceledException">Not within the service's connect timeout.</exception>
    public ValueTask<IPEndPoint[]> ResolveAsync(TargetAddress target, ServicePlan plan, ProxyHeader? client) =>
        target.Literal is { } literal && plan.Binding is null ? new([literal]) : AskAsync(target, plan, client);

    private async ValueTask<IPEndPoint[]> AskAsync(TargetAddress target, ServicePlan plan, ProxyHeader? client)
    {
        using var deadline = new CancellationTokenSource(plan.ConnectTimeout, time);
        IPAddress[] addresses = await names.ResolveAsync(target.Host, deadline.Token);
        addresses = plan.Binding?.Reachable(addresses, client!) ?? addresses;
        return [.. addresses.Select(address => new IPEndPoint(address, target.Port))];
    }
}
