using System.Buffers;
using System.Text;

namespace Mesh.Edge.Plugins.BasicAuth;

/// <summary>What a client says of itself in a header: <c>Basic base64(username:password)</c>.</summary>
/// <param name="Password">Bytes as the client sent them: they are only ever hashed.</param>
internal readonly record struct BasicCredentials(string Username, byte[] Password)
{
    /// <summary>Longer headers are no credentials; the server's own bound on headers is above it.</summary>
    private const int MaxEncodedLength = 8192;

    private const string Scheme = "Basic";

    /// <summary>The scheme in any case, spaces around; the username ends at the first colon.</summary>
    /// <returns>Null when the header holds something else.</returns>
    public static BasicCredentials? Parse(string? header)
    {
        ReadOnlySpan<char> text = header.AsSpan().Trim();
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || text.Length > MaxEncodedLength)
        {
            return null;
        }

        text = text[Scheme.Length..].Trim();
        byte[] rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            if (!Convert.TryFromBase64Chars(text, rented, out int length))
            {
                return null;
            }

            ReadOnlySpan<byte> pair = rented.AsSpan(0, length);
            int colon = pair.IndexOf((byte)':');
            return colon > 0 ? new BasicCredentials(Encoding.UTF8.GetString(pair[..colon]), pair[(colon + 1)..].ToArray()) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
