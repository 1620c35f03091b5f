using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Listeners;

internal sealed class VirtualListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly VirtualListener[] listeners =
        [.. Enum.GetValues<ConnectionKind>().Select(kind => new VirtualListener(new VirtualEndPoint(kind)))];

    public VirtualListener this[ConnectionKind kind] => listeners[(int)kind];

    public bool CanBind(EndPoint endpoint) => endpoint is VirtualEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this[((VirtualEndPoint)endpoint).Kind]);
}
