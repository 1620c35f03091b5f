using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Edge.Plugins.BasicAuth;

/// <summary>Compares a password with its stored form: hex SHA-1 of password and consumer id, as Kong stores it.</summary>
internal static class StoredPassword
{
    private const int HexLength = 2 * SHA1.HashSizeInBytes;
    private const int IdLength = 36;

    /// <summary>Takes the same time whatever of the password is right.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Kong's stored form: an exported configuration must load in either gateway.")]
    public static bool Matches(string stored, ReadOnlySpan<byte> password, Guid consumer)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(password);
        Span<byte> id = stackalloc byte[IdLength];
        consumer.TryFormat(id, out _, "D");
        hash.AppendData(id);
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        Span<byte> hex = stackalloc byte[HexLength];
        Convert.TryToHexStringLower(digest, hex, out _);
        Span<byte> expected = stackalloc byte[HexLength];
        return Encoding.ASCII.TryGetBytes(stored, expected, out int length) && CryptographicOperations.FixedTimeEquals(expected[..length], hex);
    }
}
