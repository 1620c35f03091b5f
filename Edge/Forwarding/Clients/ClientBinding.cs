using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Listeners;
using Mesh.Edge.ProxyProtocol;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Forwarding.Clients;

/// <summary>
/// How connections of a service show the target who the client is. Such a connection belongs to one client: it serves one
/// exchange and is closed.
/// </summary>
/// <param name="Header">Version of the PROXY header that it begins with, <c>v1</c> or <c>v2</c>; null for none.</param>
/// <param name="PreserveSource">It comes from the client's own address (IP_TRANSPARENT).</param>
internal sealed record ClientBinding(string? Header, bool PreserveSource)
{
    /// <summary>Null for most services, whose connections may serve any client.</summary>
    public static ClientBinding? Of(Service service) =>
        service is { ProxyProtocol: null, PreserveSource: false } ? null : new ClientBinding(service.ProxyProtocol, service.PreserveSource);

    /// <summary>What a target is told of a connection's client.</summary>
    /// <param name="client">The client itself, which trusted proxies may have named.</param>
    public static ProxyHeader ClientOf(ConnectionFacts connection, IPAddress client)
    {
        var ends = new RequestEnds(client, connection.RemoteEndPoint, connection.LocalEndPoint, connection.LocalPort);
        bool known = ends is { Source: not null, Destination: not null };
        return new ProxyHeader(
            known ? new IPEndPoint(AddressBits.Plain(ends.Source!), ends.SourcePort) : null,
            known ? new IPEndPoint(AddressBits.Plain(ends.Destination!), ends.DestinationPort) : null)
        {
            Authority = connection.ProxyHeader?.Authority ?? connection.Sni,
            Alpn = connection.ProxyHeader?.Alpn,
            UniqueId = connection.ProxyHeader?.UniqueId,
        };
    }

    /// <summary>The addresses of a target that can be reached for the client.</summary>
    /// <exception cref="SocketException">None: the client's address is of the other family, or it has none.</exception>
    public IPAddress[] Reachable(IPAddress[] addresses, ProxyHeader client)
    {
        if (!PreserveSource)
        {
            return addresses;
        }

        IPAddress[] reachable = [.. addresses.Where(address => address.AddressFamily == client.Source?.AddressFamily)];
        return reachable.Length > 0 ? reachable : throw new SocketException((int)SocketError.AddressFamilyNotSupported);
    }

    /// <summary>Before it connects.</summary>
    /// <exception cref="SocketException">The client's address cannot be taken.</exception>
    public void Prepare(Socket socket, ProxyHeader client)
    {
        if (PreserveSource)
        {
            TransparentSource.Bind(socket, client.Source!.Address);
        }
    }

    /// <summary>Once it is connected, before anything else.</summary>
    /// <exception cref="SocketException">The connection broke off.</exception>
    public async ValueTask AnnounceAsync(Socket socket, ProxyHeader client, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> rest = Header switch
        {
            Service.ProxyProtocolV1 => ProxyHeaderWriter.WriteV1(client),
            Service.ProxyProtocolV2 => ProxyHeaderWriter.WriteV2(client),
            _ => default(ReadOnlyMemory<byte>),
        };
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellation)..];
        }
    }
}
