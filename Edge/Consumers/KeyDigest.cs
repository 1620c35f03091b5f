using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Edge.Consumers;

/// <summary>
/// SHA-256 of a secret that a request presents, so that the time of a lookup says nothing of the secrets that are stored:
/// the hash table sees only digests, and digests are compared whole.
/// </summary>
internal readonly struct KeyDigest : IEquatable<KeyDigest>
{
    /// <summary>Bytes; a longer key is never a stored one and is not hashed.</summary>
    public const int MaxKeyBytes = 4096;

    private const int StackBytes = 256;
    private readonly ulong a;
    private readonly ulong b;
    private readonly ulong c;
    private readonly ulong d;

    private KeyDigest(ReadOnlySpan<byte> hash)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(hash);
        (a, b, c, d) = (words[0], words[1], words[2], words[3]);
    }

    public static bool TryCompute(string key, out KeyDigest digest)
    {
        int size = Encoding.UTF8.GetByteCount(key);
        if (size > MaxKeyBytes)
        {
            digest = default;
            return false;
        }

        byte[]? rented = size > StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> bytes = rented ?? stackalloc byte[StackBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], hash);
        digest = new KeyDigest(hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return true;
    }

    public bool Equals(KeyDigest other) => ((a ^ other.a) | (b ^ other.b) | (c ^ other.c) | (d ^ other.d)) == 0;

    public override bool Equals(object? obj) => obj is KeyDigest other && Equals(other);

    public override int GetHashCode() => (int)a;
}
