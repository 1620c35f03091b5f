using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Grains.Workspaces;

/// <summary>Ids of entities that a document names without one: the same document gives the same ids (RFC 9562 §5.5, version 5).</summary>
internal static class DerivedId
{
    private static readonly Guid Namespace = new("6d657368-0000-5000-8000-656e74697479");

    public static Guid Of(string kind, string key) => Of(Encoding.UTF8.GetBytes($"{kind}/{key}"));

    public static Guid Of(string kind, ReadOnlySpan<byte> content, int ordinal) =>
        Of(kind, $"{Convert.ToHexStringLower(SHA256.HashData(content))}/{ordinal}");

    [SuppressMessage("Security", "CA5350", Justification = "The version of UUID asks for SHA-1; nothing rests on its strength.")]
    private static Guid Of(byte[] name)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData([.. Namespace.ToByteArray(bigEndian: true), .. name], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
