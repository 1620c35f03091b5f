using System.Net;

namespace Mesh.Edge.Routing;

/// <summary>Who sends a request and where it arrived. Read only for routes that ask for it.</summary>
/// <param name="Client">The client itself, as trusted proxies name it; null or <see cref="IPAddress.None"/> when it has no address (a unix socket).</param>
/// <param name="Peer">The other end of the connection.</param>
/// <param name="Local">Where the peer connected to: ours, or the original destination of a transparent or proxied connection.</param>
/// <param name="LocalPort">As seen from outside (port_maps).</param>
internal readonly record struct RequestEnds(IPAddress? Client, EndPoint? Peer, EndPoint? Local, int LocalPort)
{
    public IPAddress? Source => Client is null || Client.Equals(IPAddress.None) ? null : Client;

    /// <summary>0 when a proxy names the client: it says no port.</summary>
    public int SourcePort => Peer is IPEndPoint peer && Source is { } source && AddressBits.Of(peer.Address) == AddressBits.Of(source) ? peer.Port : 0;

    public IPAddress? Destination => (Local as IPEndPoint)?.Address;

    public int DestinationPort => Local is IPEndPoint ? LocalPort : 0;
}
