using System.Buffers.Binary;
using System.Net;

namespace Mesh.Edge.Streams.Routing;

/// <summary>Addresses of both families as one number: IPv4 as IPv6 maps it, which is also how a dual-stack socket shows it.</summary>
internal static class AddressBits
{
    public const int Width = 128;

    /// <summary>Bits of <c>::ffff:0:0/96</c>.</summary>
    public const int MappedPrefix = 96;

    private static readonly UInt128 Mapped = (UInt128)0xFFFF << 32;

    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? Mapped | BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
