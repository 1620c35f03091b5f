using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Edge.ProxyProtocol;

/// <summary>Writes the header that a connection to a target begins with. What is not known of the client is said to be so.</summary>
internal static class ProxyHeaderWriter
{
    private const byte VersionAndProxy = 0x21;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;
    private const byte Unspecified = 0;

    /// <summary>Bytes of a TLV's value that are passed on; longer ones are left out.</summary>
    private const int MaxTlvLength = 255;

    public static byte[] WriteV1(ProxyHeader header)
    {
        if (header is not { Source: { } source, Destination: { } destination })
        {
            return "PROXY UNKNOWN\r\n"u8.ToArray();
        }

        bool four = IsFour(source, destination);
        return Encoding.ASCII.GetBytes($"PROXY {(four ? "TCP4" : "TCP6")} {Text(source, four)} {Text(destination, four)} {source.Port} {destination.Port}\r\n");
    }

    public static byte[] WriteV2(ProxyHeader header)
    {
        var bytes = new MemoryStream();
        bytes.Write(ProxyHeaderV2.Signature);
        bytes.WriteByte(VersionAndProxy);
        if (header is { Source: { } source, Destination: { } destination })
        {
            bool four = IsFour(source, destination);
            bytes.Write([four ? Tcp4 : Tcp6, 0, 0, .. Bytes(source, four), .. Bytes(destination, four), .. Port(source), .. Port(destination)]);
        }
        else
        {
            bytes.Write([Unspecified, 0, 0]);
        }

        WriteTlv(bytes, ProxyHeaderV2.TlvAlpn, header.Alpn is { } alpn ? Encoding.Latin1.GetBytes(alpn) : null);
        WriteTlv(bytes, ProxyHeaderV2.TlvAuthority, header.Authority is { } authority ? Encoding.UTF8.GetBytes(authority) : null);
        WriteTlv(bytes, ProxyHeaderV2.TlvUniqueId, header.UniqueId);
        byte[] whole = bytes.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(ProxyHeaderV2.FixedLength - sizeof(ushort)), (ushort)(whole.Length - ProxyHeaderV2.FixedLength));
        return whole;
    }

    /// <summary>Addresses of two families are both written as IPv6.</summary>
    private static bool IsFour(IPEndPoint source, IPEndPoint destination) => IsFour(source.Address) && IsFour(destination.Address);

    private static bool IsFour(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;

    private static byte[] Bytes(IPEndPoint end, bool four) => (four ? end.Address.MapToIPv4() : end.Address.MapToIPv6()).GetAddressBytes();

    private static byte[] Port(IPEndPoint end) => [(byte)(end.Port >> 8), (byte)end.Port];

    /// <summary>Without the scope that a link-local address may carry.</summary>
    private static string Text(IPEndPoint end, bool four) => new IPAddress(Bytes(end, four)).ToString();

    private static void WriteTlv(MemoryStream bytes, byte type, byte[]? value)
    {
        if (value is { Length: > 0 and <= MaxTlvLength })
        {
            bytes.Write([type, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        }
    }
}
