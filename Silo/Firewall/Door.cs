using System.Net;

namespace Mesh.Silo.Firewall;

/// <summary>A port that Mesh listens on, and who is to reach it.</summary>
/// <param name="Kind">One of <see cref="DoorKind"/>.</param>
/// <param name="Name">Of the listener; else what it is.</param>
/// <param name="Address">The one address that it is bound to, or a wildcard of either family.</param>
/// <param name="BothFamilies">A wildcard of IPv6 that takes IPv4 too.</param>
/// <param name="Sources">Null: everybody. Empty: nobody but the machine itself.</param>
/// <param name="Reason">Why those, for people.</param>
internal sealed record Door(string Kind, string Name, bool Udp, IPAddress Address, bool BothFamilies, int Port, Networks? Sources, string Reason)
{
    /// <summary>Hosts that have it; empty: all.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Kind and name, where the name does not say the kind; as it was chosen, so not for every format.</summary>
    public string Title => Name.StartsWith(Kind, StringComparison.Ordinal) ? Name : $"{Kind} {Name}";

    public string Protocol => Udp ? "udp" : "tcp";

    /// <summary>Nobody beyond the machine can reach it, whatever a filter says.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address);

    public bool IsWildcard => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);
}
