using System.Buffers.Text;
using System.Text;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Tags;

/// <summary>The opaque token that a next page of tags starts from: id, kind, a zero byte, tag.</summary>
internal static class TagOffset
{
    private const int MaxTokenLength = 8192;
    private const int IdLength = 16;

    public static string Of(TagPlace place) =>
        Base64Url.EncodeToString([.. place.Id.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes($"{place.Kind}\0{place.Tag}")]);

    /// <returns>Null when the token was never given out.</returns>
    public static TagPlace? Parse(string token)
    {
        if (token.Length > MaxTokenLength || !Base64Url.IsValid(token))
        {
            return null;
        }

        byte[] bytes = Base64Url.DecodeFromChars(token);
        return bytes.Length > IdLength && Encoding.UTF8.GetString(bytes, IdLength, bytes.Length - IdLength).Split('\0') is [var kind, var tag]
            ? new TagPlace(kind, tag, new Guid(bytes.AsSpan(0, IdLength), bigEndian: true))
            : null;
    }
}
