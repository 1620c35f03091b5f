using System.Globalization;
using System.Net;
using Mesh.Edge.Guard;
using Mesh.Edge.ProxyProtocol;
using Mesh.Edge.Tls.ClientCertificates;

namespace Mesh.Edge.Listeners;

/// <summary>What the listener knows of a connection; a connection feature that requests read.</summary>
internal sealed class ConnectionFacts
{
    private static long lastTracked;
    private long tracked;
    private long trackedRequests;
    private AddressText? addressText;
    private PortText? portText;

    public required string Listener { get; init; }

    /// <summary>The peer, or the client named by a PROXY header from a trusted peer.</summary>
    public required EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Where the client connected to: ours, or the original destination of a transparent or proxied connection.</summary>
    public required EndPoint? LocalEndPoint { get; set; }

    public bool Secure { get; init; }

    /// <summary>What a trusted peer said of the connection before anything else; null when it said nothing.</summary>
    public ProxyHeader? ProxyHeader { get; private set; }

    /// <summary>Server name of the handshake without trailing dot; set before the first request.</summary>
    public string? Sni { get; set; }

    /// <summary>Whom the listener asks for certificates; null: nobody.</summary>
    public ClientTrust? ClientTrust { get; init; }

    /// <summary>The client's certificate, verified; null when it was not asked or sent none. Set before the first request.</summary>
    public ClientCertificateFacts? ClientCertificate { get; set; }

    /// <summary>What the bytes of the current HTTP/1.1 message said before the server parsed them; null on HTTP/2.</summary>
    public Http1Inspector? Inspector { get; set; }

    public IPAddress RemoteAddress => (RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    /// <summary>Without the mapping that a dual-stack socket shows IPv4 by; <c>0.0.0.0</c> when there is none (a Unix socket).</summary>
    public IPAddress LocalAddress => LocalEndPoint is not IPEndPoint { Address: var address } ? IPAddress.Any
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public int LocalPort => (LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>Cancelled when the client's connection ends.</summary>
    public CancellationToken Closed { get; init; }

    /// <summary>The address as text; that of the last request on the connection is remembered.</summary>
    public string TextOf(IPAddress address)
    {
        if (addressText is not { } known || !(ReferenceEquals(known.Address, address) || known.Address.Equals(address)))
        {
            addressText = known = new AddressText(address, address.ToString());
        }

        return known.Text;
    }

    /// <summary>The port as text, remembered likewise.</summary>
    public string TextOf(int port)
    {
        if (portText is not { } known || known.Port != port)
        {
            portText = known = new PortText(port, port.ToString(CultureInfo.InvariantCulture));
        }

        return known.Text;
    }

    /// <summary>Takes over what a trusted peer says of the client. Before the connection's first byte is looked at.</summary>
    public void Adopt(ProxyHeader header)
    {
        ProxyHeader = header;
        RemoteEndPoint = header.Source ?? RemoteEndPoint;
        LocalEndPoint = header.Destination ?? LocalEndPoint;
    }

    /// <summary>
    /// Number of the connection in this process and of the request on it. Only what asks is counted, so that connections
    /// and requests that nobody tracks cost nothing.
    /// </summary>
    public (long Connection, long Request) Track()
    {
        if (Volatile.Read(ref tracked) == 0)
        {
            Interlocked.CompareExchange(ref tracked, Interlocked.Increment(ref lastTracked), 0);
        }

        return (Volatile.Read(ref tracked), Interlocked.Increment(ref trackedRequests));
    }

    private sealed record AddressText(IPAddress Address, string Text);

    private sealed record PortText(int Port, string Text);
}
