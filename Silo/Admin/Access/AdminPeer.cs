using System.Net;

namespace Mesh.Silo.Admin.Access;

/// <summary>Who is at the other end of a connection. Kept as a feature of the connection; headers say nothing here.</summary>
/// <param name="Address">IPv4 also where the socket is IPv6; null for a unix socket.</param>
internal sealed record AdminPeer(IPAddress? Address)
{
    public static AdminPeer UnixSocket { get; } = new((IPAddress?)null);

    /// <summary>On this machine, where Kong's Admin API asks for no credential.</summary>
    public bool IsLocal => Address is null || IPAddress.IsLoopback(Address);

    public override string ToString() => Address?.ToString() ?? "unix";

    public static AdminPeer Of(IPAddress address) => new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
