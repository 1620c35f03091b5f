using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Plugins.IpRestriction;
using Mesh.Edge.Tls.ClientCertificates;

namespace Mesh.Edge.Listeners;

/// <summary>What a listener grants its connections. Replaced as a whole while it is bound; <see cref="Load"/> goes over to the new terms.</summary>
internal sealed record ListenerTerms
{
    public int MaxConnections { get; init; } = int.MaxValue;

    public int MaxConnectionsPerAddress { get; init; } = int.MaxValue;

    /// <summary>Null: the server's own.</summary>
    public TimeSpan? HandshakeTimeout { get; init; }

    /// <summary>Null: the server's own.</summary>
    public TimeSpan? HeaderTimeout { get; init; }

    /// <summary>Peers that may connect; null: everybody.</summary>
    public AddressSet? Allowed { get; init; }

    /// <summary>Peers that may send a PROXY header, and must where the directive says so; null: nobody.</summary>
    public AddressSet? Trusted { get; init; }

    /// <summary>Null: clients are not asked for certificates.</summary>
    public ClientTrust? ClientTrust { get; init; }

    /// <summary>Connections of all directives of the listener.</summary>
    public ListenerLoad Load { get; init; } = new();

    /// <param name="authorities">The CA certificates of the current snapshot.</param>
    public static ListenerTerms Of(Listener listener, AddressSet? trusted, ListenerLoad load, Func<ShardedMap<Guid, CaCertificate>> authorities) => new()
    {
        MaxConnections = listener.Limits.Connections ?? int.MaxValue,
        MaxConnectionsPerAddress = listener.Limits.ConnectionsPerAddress ?? int.MaxValue,
        HandshakeTimeout = Timeout(listener.Limits.HandshakeTimeout),
        HeaderTimeout = Timeout(listener.Limits.HeaderTimeout),
        Allowed = listener.Allow is { } allow ? new AddressSet(allow) : null,
        Trusted = listener.ProxyProtocol?.Trusted is { } named ? new AddressSet(named) : trusted,
        ClientTrust = ClientTrust.Of(listener.ClientCertificate, authorities),
        Load = load,
    };

    /// <summary>
    /// Whether the peer may connect; counted when it may not. With the PROXY protocol the peer is who sends the header. A unix
    /// socket has no addresses: who may open it is a matter of the file's permissions.
    /// </summary>
    public bool Admits(EndPoint? peer)
    {
        if (Allowed is null || peer is not IPEndPoint { Address: var address } || Allowed.Contains(address))
        {
            return true;
        }

        Load.Refuse();
        return false;
    }

    /// <summary>Whether the peer may say who the client is; whoever opened a unix socket may.</summary>
    public bool Trusts(EndPoint? peer) => peer is not IPEndPoint { Address: var address } || Trusted?.Contains(address) == true;

    private static TimeSpan? Timeout(int milliseconds) =>
        milliseconds >= ListenerLimits.MaxTimeout ? null : TimeSpan.FromMilliseconds(milliseconds);
}
