using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Abstractions.Sealing;

/// <summary>
/// The stored form of a basic-auth password: lower-case hex SHA-1 of the password and the consumer's id, as Kong stores it.
/// The control plane makes it, edges compare with it.
/// </summary>
public static class PasswordHash
{
    private const int HexLength = 2 * SHA1.HashSizeInBytes;
    private const int IdLength = 36;

    public static string Of(string password, Guid consumer)
    {
        Span<byte> hex = stackalloc byte[HexLength];
        Write(Encoding.UTF8.GetBytes(password), consumer, hex);
        return Encoding.ASCII.GetString(hex);
    }

    /// <summary>Takes the same time whatever of the password is right.</summary>
    /// <param name="password">Bytes as the client sent them.</param>
    public static bool Matches(string stored, ReadOnlySpan<byte> password, Guid consumer)
    {
        Span<byte> hex = stackalloc byte[HexLength];
        Write(password, consumer, hex);
        Span<byte> expected = stackalloc byte[HexLength];
        return Encoding.ASCII.TryGetBytes(stored, expected, out int length) && CryptographicOperations.FixedTimeEquals(expected[..length], hex);
    }

    [SuppressMessage("Security", "CA5350", Justification = "Kong's stored form: an exported configuration must load in either gateway.")]
    private static void Write(ReadOnlySpan<byte> password, Guid consumer, Span<byte> hex)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(password);
        Span<byte> id = stackalloc byte[IdLength];
        consumer.TryFormat(id, out _, "D");
        hash.AppendData(id);
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        Convert.TryToHexStringLower(digest, hex, out _);
    }
}
