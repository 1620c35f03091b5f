using Mesh.Abstractions.Grains;
using Orleans.Runtime;

namespace Mesh.Silo.Hosting;

/// <summary>
/// Edges are clients whom the control plane does not trust: through a gateway they reach only what an edge needs. Calls within
/// the cluster, the all-in-one's own among them, are not restricted. Who may connect at all is decided by TLS.
/// </summary>
internal sealed class EdgeCallFilter : IIncomingGrainCallFilter
{
    /// <summary>How Orleans names the client that lives inside a silo.</summary>
    private const string HostedClientPrefix = "hosted-";

    public Task Invoke(IIncomingGrainCallContext context) =>
        !IsRemoteClient(context.SourceId) || context.TargetId.IsSystemTarget() || IsForEdges(context.InterfaceMethod?.DeclaringType)
            ? context.Invoke()
            : throw new UnauthorizedAccessException($"edges may not call {context.InterfaceName}");

    internal static bool IsRemoteClient(GrainId? source) =>
        source is { } id && id.IsClient() && !id.Key.ToString()!.StartsWith(HostedClientPrefix, StringComparison.Ordinal);

    private static bool IsForEdges(Type? called) =>
        called == typeof(IConfigRelayGrain) || called == typeof(IEdgeGrain) || called == typeof(ITrafficGrain);
}
