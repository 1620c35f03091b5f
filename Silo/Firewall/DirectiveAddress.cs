using System.Net;
using System.Net.Sockets;

namespace Mesh.Silo.Firewall;

/// <summary>Where a directive listens, as far as filters are concerned.</summary>
/// <param name="BothFamilies">A wildcard of IPv6 that takes IPv4 too.</param>
internal readonly record struct DirectiveAddress(IPAddress Address, bool BothFamilies)
{
    /// <summary>Null for a unix socket. A name that is not this machine's own stands for any address: which one it is, its host knows.</summary>
    public static DirectiveAddress? Of(ListenDirective directive) => directive switch
    {
        { UnixPath: not null } => null,
        { Host: "localhost" } => new(IPAddress.Loopback, false),
        _ when IPAddress.TryParse(directive.Host, out IPAddress? literal) => new(Plain(literal), literal.Equals(IPAddress.IPv6Any) && directive.Ipv6Only is false),
        _ => new(IPAddress.IPv6Any, true),
    };

    public bool Takes(AddressFamily family) => BothFamilies || Address.AddressFamily == family;

    /// <summary>As packets bear it: without the interface of a link, and IPv4 as IPv4.</summary>
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());

    /// <summary>Of a port whose address is not known or not of interest.</summary>
    public static DirectiveAddress Anywhere => new(IPAddress.IPv6Any, true);
}
