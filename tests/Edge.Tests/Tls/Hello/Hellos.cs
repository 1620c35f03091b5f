using System.Buffers.Binary;
using System.Text;

namespace Mesh.Edge.Tests.Tls.Hello;

/// <summary>ClientHellos put together byte by byte.</summary>
internal static class Hellos
{
    public static byte[] Record(params byte[] payload) => [22, 3, 1, .. Length(payload.Length), .. payload];

    public static byte[] Message(string? name, params byte[][] moreExtensions)
    {
        byte[] extensions = [.. moreExtensions.SelectMany(bytes => bytes), .. name is null ? [] : ServerName(name)];
        byte[] body =
        [
            3, 3, .. new byte[32],
            32, .. new byte[32],
            .. Length(4), 0x0A, 0x0A, 0x13, 0x01,
            1, 0,
            .. Length(extensions.Length), .. extensions,
        ];
        return [1, 0, .. Length(body.Length), .. body];
    }

    public static byte[] Extension(int type, params byte[] content) => [.. Length(type), .. Length(content.Length), .. content];

    public static byte[] ServerName(string name)
    {
        byte[] host = Encoding.ASCII.GetBytes(name);
        return Extension(0, [.. Length(host.Length + 3), 0, .. Length(host.Length), .. host]);
    }

    public static byte[] Alpn(params string[] protocols)
    {
        byte[] list = [.. protocols.SelectMany(protocol => (byte[])[(byte)protocol.Length, .. Encoding.ASCII.GetBytes(protocol)])];
        return Extension(16, [.. Length(list.Length), .. list]);
    }

    /// <summary>Reserved values that clients strew in (RFC 8701).</summary>
    public static byte[] Grease() => Extension(0x8A8A, 0);

    /// <summary>The outer hello's encrypted client hello.</summary>
    public static byte[] Ech() => Extension(0xFE0D, new byte[300]);

    private static byte[] Length(int length)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
        return bytes;
    }
}
