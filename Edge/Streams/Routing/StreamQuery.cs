using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>What of a connection a stream route can match on.</summary>
/// <param name="Protocols">Protocols of routes that can take it: those of the listener it came through.</param>
/// <param name="Source">The client, as <see cref="AddressBits"/>.</param>
/// <param name="Destination">Where the client connected to.</param>
/// <param name="DestinationPort">As seen from outside (port_maps).</param>
/// <param name="Sni">Server name of the hello in lower case, without trailing dot; null when there is none.</param>
internal readonly record struct StreamQuery(
    RequestProtocols Protocols, UInt128 Source, int SourcePort, UInt128 Destination, int DestinationPort, string? Sni)
{
    /// <summary>Through a listener that takes TLS. For the others server names do not count, as in Kong.</summary>
    public bool Secure => (Protocols & RequestProtocols.Tls) != 0;
}
