using System.Net;

namespace Mesh.Edge.Listeners;

/// <summary>
/// What the server "listens" on: not an address but a kind of connection. The sockets belong to Mesh, come and go beneath,
/// and hand their connections over (the server's own endpoints can neither be added nor drained while it runs).
/// </summary>
internal sealed class VirtualEndPoint(ConnectionKind kind) : EndPoint
{
    public ConnectionKind Kind { get; } = kind;

    public override string ToString() => $"mesh:{Kind}";
}
