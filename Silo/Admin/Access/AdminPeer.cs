using System.Net;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Access;

/// <summary>Who is at the other end of a connection. Kept as a feature of the connection; headers say nothing here.</summary>
/// <param name="Address">IPv4 also where the socket is IPv6; null for a unix socket.</param>
internal sealed record AdminPeer(IPAddress? Address)
{
    /// <summary>The connection was made by this process: by a service of its edge, for who knows whom.</summary>
    public bool IsProxied { get; init; }

    public static AdminPeer UnixSocket { get; } = new((IPAddress?)null);

    /// <summary>On this machine, where Kong's Admin API asks for no credential.</summary>
    public bool IsLocal => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>
    /// Whether it needs no credential. Where others than this machine's callers may be let in, what comes by a service could be
    /// theirs, with rights that they do not have; alone with this machine it is as with Kong.
    /// </summary>
    public bool IsTrustedBy(AdminSettings settings) => settings.TrustsLoopback && IsLocal && !(IsProxied && settings.IsAuthenticated);

    public override string ToString() => Address?.ToString() ?? "unix";

    public static AdminPeer Of(IPAddress address) => new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
