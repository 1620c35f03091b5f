using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Edge.Plugins.RateLimiting;

/// <summary>
/// Whose requests are counted together, in one form for all spellings of it. Texts of the client's choice are kept as
/// digests: they take the same room however long they are, and nobody can make two that meet.
/// </summary>
internal readonly record struct LimitKey(LimitKeyKind Kind, UInt128 Value)
{
    public static LimitKey Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return new LimitKey(LimitKeyKind.Entity, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public static LimitKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        UInt128 value = length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);

        // An IPv4 address and the same mapped into IPv6 are one caller.
        return new LimitKey(LimitKeyKind.Address, length == 4 ? value | ((UInt128)0xFFFF << 32) : value);
    }

    public static LimitKey Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        int size = Encoding.UTF8.GetByteCount(text);
        Span<byte> bytes = size <= 256 ? stackalloc byte[256] : new byte[size];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return new LimitKey(LimitKeyKind.Text, BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
