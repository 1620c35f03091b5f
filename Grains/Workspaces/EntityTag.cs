using System.Security.Cryptography;

namespace Mesh.Grains.Workspaces;

/// <summary>The entity tag of a canonical document (RFC 9110 §8.8.3, strong), without quotes. Never all digits, so that it cannot be taken for a revision.</summary>
internal static class EntityTag
{
    /// <summary>Of SHA-256: two states of one entity do not meet by chance.</summary>
    private const int DigestBytes = 12;

    public static string Of(ReadOnlySpan<byte> document) => $"e{Convert.ToHexStringLower(SHA256.HashData(document).AsSpan(0, DigestBytes))}";
}
