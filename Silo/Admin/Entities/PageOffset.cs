using System.Buffers.Text;

namespace Mesh.Silo.Admin.Entities;

/// <summary>The opaque token that a next page starts from.</summary>
internal static class PageOffset
{
    private const int TokenLength = 22;

    public static string Of(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    /// <returns>Null when the token was never given out.</returns>
    public static Guid? Parse(string token)
    {
        Span<byte> bytes = stackalloc byte[18];
        return token.Length == TokenLength && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out int written) && written == 16
            ? new Guid(bytes[..16], bigEndian: true)
            : null;
    }
}
