using System.Buffers.Binary;
using System.Net;
using System.Numerics;
using System.Text;

namespace Mesh.Edge.ProxyProtocol;

/// <summary>The binary header of version 2: signature, command, family, length, addresses, TLVs.</summary>
internal static class ProxyHeaderV2
{
    /// <summary>Bytes before the addresses.</summary>
    public const int FixedLength = 16;

    /// <summary>Bytes of the longest header that is taken; senders put some hundred into it.</summary>
    public const int MaxLength = 4096;

    public const byte TlvAlpn = 0x01;
    public const byte TlvAuthority = 0x02;
    public const byte TlvChecksum = 0x03;
    public const byte TlvUniqueId = 0x05;

    private const int MaxUniqueIdLength = 128;
    private const int TlvHeaderLength = 3;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Of the whole header, when its fixed part is there.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes) => FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);

    /// <inheritdoc cref="ProxyHeaderV1.Parse"/>
    public static ProxyHeaderState Parse(ReadOnlySpan<byte> bytes, out ProxyHeader? header, out int length)
    {
        header = null;
        length = 0;
        if (bytes.Length < FixedLength)
        {
            return ProxyHeaderState.Incomplete;
        }

        int command = bytes[12] & 0x0f;
        length = LengthOf(bytes);
        if (bytes[12] >> 4 != 2 || command > 1 || length > MaxLength)
        {
            return ProxyHeaderState.Invalid;
        }

        if (bytes.Length < length)
        {
            return ProxyHeaderState.Incomplete;
        }

        header = command == 0 ? ProxyHeader.Nobody : Read(bytes[13], bytes[..length]);
        return header is null ? ProxyHeaderState.Invalid : ProxyHeaderState.Whole;
    }

    private static ProxyHeader? Read(byte family, ReadOnlySpan<byte> whole)
    {
        ReadOnlySpan<byte> payload = whole[FixedLength..];
        int addressLength = (family >> 4) switch { 1 => 4, 2 => 16, _ => 0 };
        int skipped = (family >> 4) switch { 1 => 12, 2 => 36, 3 => 216, 0 => 0, _ => int.MaxValue };
        if (payload.Length < skipped || (family & 0x0f) > 2)
        {
            return null;
        }

        // Datagrams have no place on a stream, and unix sockets no address that means anything here.
        ProxyHeader header = addressLength == 0 || (family & 0x0f) != 1 ? ProxyHeader.Nobody : Addresses(payload, addressLength);
        return Tlvs(header, payload[skipped..], whole);
    }

    private static ProxyHeader Addresses(ReadOnlySpan<byte> payload, int length)
    {
        ReadOnlySpan<byte> ports = payload[(2 * length)..];
        return new ProxyHeader(
            new IPEndPoint(new IPAddress(payload[..length]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(payload[length..(2 * length)]), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }

    private static ProxyHeader? Tlvs(ProxyHeader header, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> whole)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < TlvHeaderLength)
            {
                return null;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (rest.Length - TlvHeaderLength < length)
            {
                return null;
            }

            ReadOnlySpan<byte> value = rest.Slice(TlvHeaderLength, length);
            switch (rest[0])
            {
                case TlvAlpn:
                    header = header with { Alpn = Encoding.Latin1.GetString(value) };
                    break;
                case TlvAuthority:
                    header = header with { Authority = Encoding.UTF8.GetString(value) };
                    break;
                case TlvUniqueId when length <= MaxUniqueIdLength:
                    header = header with { UniqueId = value.ToArray() };
                    break;
                case TlvUniqueId:
                case TlvChecksum when length != sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(value) != Checksum(whole, whole.Length - rest.Length + TlvHeaderLength):
                    return null;
                default:
                    break;
            }

            rest = rest[(TlvHeaderLength + length)..];
        }

        return header;
    }

    /// <summary>CRC-32C over the header with its own place as zeros.</summary>
    private static uint Checksum(ReadOnlySpan<byte> whole, int place)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < whole.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= place && i < place + sizeof(uint) ? (byte)0 : whole[i]);
        }

        return ~crc;
    }
}
