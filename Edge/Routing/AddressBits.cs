using System.Buffers.Binary;
using System.Net;

namespace Mesh.Edge.Routing;

/// <summary>Addresses of both families as one number: IPv4 as IPv6 maps it, which is also how a dual-stack socket shows it.</summary>
internal static class AddressBits
{
    public const int Width = 128;

    /// <summary>Bits of <c>::ffff:0:0/96</c>.</summary>
    public const int MappedPrefix = 96;

    private static readonly UInt128 Mapped = (UInt128)0xFFFF << 32;

    /// <summary>The first bits of a number as <c>0</c> and <c>1</c>, as many as there is room: what ranges are prefixes of.</summary>
    public static void Write(UInt128 address, Span<char> bits)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (char)('0' + (uint)((address >> (Width - 1 - i)) & 1));
        }
    }

    /// <summary>Without the mapping that a dual-stack socket shows IPv4 by.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? Mapped | BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
