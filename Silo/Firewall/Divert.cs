using System.Net;
using System.Net.Sockets;

namespace Mesh.Silo.Firewall;

/// <summary>Connections to other addresses that the kernel turns to a transparent listener.</summary>
/// <param name="Listener">Its name.</param>
/// <param name="Family">Of the connections and of the listener.</param>
/// <param name="At">Address that it is bound to; a wildcard for any.</param>
/// <param name="Port">Its port.</param>
/// <param name="Destination">Where the connections go to; null: anywhere.</param>
/// <param name="DestinationPort">Null: any port, at addresses that are not the machine's own.</param>
/// <param name="Sources">Who may; null: everybody.</param>
internal sealed record Divert(
    string Listener, AddressFamily Family, bool Udp, IPAddress At, int Port, IPNetwork? Destination, int? DestinationPort, Networks? Sources)
{
    public string Protocol => Udp ? "udp" : "tcp";

    public bool AtWildcard => At.Equals(IPAddress.Any) || At.Equals(IPAddress.IPv6Any);
}
