using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Streams.Udp;

/// <summary>Whom a datagram came from and where it was sent to: what tells the sessions of a listener apart.</summary>
internal sealed class DatagramPath : IEquatable<DatagramPath>
{
    private static readonly IPEndPoint anyV4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint anyV6 = new(IPAddress.IPv6Any, 0);

    private readonly AddressFamily family;

    /// <param name="family">Of the socket, in which the client is written.</param>
    /// <param name="to">Where datagrams are sent to unless <see cref="SetTo"/> says otherwise.</param>
    public DatagramPath(AddressFamily family, SocketAddress to)
    {
        this.family = family;
        From = new SocketAddress(family);
        To = new SocketAddress(AddressFamily.InterNetworkV6);
        SetTo(to.Buffer.Span[..to.Size]);
    }

    public SocketAddress From { get; }

    public SocketAddress To { get; }

    public IPEndPoint Client => Read(From);

    /// <summary>In the family of the socket.</summary>
    public IPEndPoint Asked
    {
        get
        {
            IPEndPoint asked = Read(To);
            return asked.AddressFamily == family ? asked : new IPEndPoint(asked.Address.MapToIPv6(), asked.Port);
        }
    }

    /// <param name="address">As the kernel writes it (<c>sockaddr_in</c>, <c>sockaddr_in6</c>).</param>
    public void SetFrom(ReadOnlySpan<byte> address) => Set(From, address);

    /// <inheritdoc cref="SetFrom"/>
    public void SetTo(ReadOnlySpan<byte> address) => Set(To, address);

    /// <summary>One that stays as it is when this one takes the next datagram.</summary>
    public DatagramPath Copy()
    {
        var copy = new DatagramPath(family, To);
        copy.SetFrom(From.Buffer.Span[..From.Size]);
        return copy;
    }

    public bool Equals(DatagramPath? other) => other is not null && From.Equals(other.From) && To.Equals(other.To);

    public override bool Equals(object? obj) => Equals(obj as DatagramPath);

    public override int GetHashCode() => HashCode.Combine(From, To);

    private static IPEndPoint Read(SocketAddress address) =>
        (IPEndPoint)(address.Family == AddressFamily.InterNetwork ? anyV4 : anyV6).Create(address);

    private static void Set(SocketAddress address, ReadOnlySpan<byte> bytes)
    {
        address.Size = bytes.Length;
        bytes.CopyTo(address.Buffer.Span);
    }
}
