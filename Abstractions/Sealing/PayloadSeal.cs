using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Abstractions.Sealing;

/// <summary>
/// The form in which configuration lies on disk and in the store: compressed when that pays, and sealed by AES-256-GCM when
/// a keyring key is set, so that private keys and credentials are not readable there. Layout: <c>'M' '1' flags payload</c>;
/// when sealed: 12 bytes nonce, 16 bytes tag, ciphertext, the three first bytes authenticated with it; otherwise the first
/// 8 bytes of the body's SHA-256, then the body.
/// </summary>
public sealed class PayloadSeal
{
    private const byte Compressed = 1;
    private const byte Encrypted = 2;
    private const int HeaderLength = 3;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int DigestLength = 8;
    private const int CompressFromBytes = 4096;

    /// <summary>Largest payload after decompression.</summary>
    public const int MaxPayloadBytes = 1 << 30;

    private readonly byte[]? key;

    /// <param name="keyringKey">Any text; the AES key is derived from it. Null: payloads are not encrypted.</param>
    public PayloadSeal(string? keyringKey)
    {
        if (!string.IsNullOrEmpty(keyringKey))
        {
            key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(keyringKey), 32, info: "mesh keyring v1"u8.ToArray());
        }
    }

    public byte[] Seal(ReadOnlySpan<byte> payload)
    {
        byte flags = 0;
        byte[]? packed = null;
        if (payload.Length >= CompressFromBytes)
        {
            using var buffer = new MemoryStream(payload.Length / 4);
            using (var deflate = new ZLibStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(payload);
            }

            packed = buffer.ToArray();
            flags |= Compressed;
        }

        ReadOnlySpan<byte> body = packed ?? payload;
        if (key is null)
        {
            byte[] plain = new byte[HeaderLength + DigestLength + body.Length];
            WriteHeader(plain, flags);
            SHA256.HashData(body).AsSpan(0, DigestLength).CopyTo(plain.AsSpan(HeaderLength));
            body.CopyTo(plain.AsSpan(HeaderLength + DigestLength));
            return plain;
        }

        byte[] sealedBytes = new byte[HeaderLength + NonceLength + TagLength + body.Length];
        WriteHeader(sealedBytes, (byte)(flags | Encrypted));
        Span<byte> nonce = sealedBytes.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            nonce,
            body,
            sealedBytes.AsSpan(HeaderLength + NonceLength + TagLength),
            sealedBytes.AsSpan(HeaderLength + NonceLength, TagLength),
            sealedBytes.AsSpan(0, HeaderLength));
        return sealedBytes;
    }

    /// <exception cref="InvalidDataException">Not a payload of ours, damaged, or sealed with another key; the message says which.</exception>
    public byte[] Open(ReadOnlySpan<byte> stored)
    {
        if (stored.Length < HeaderLength || stored[0] != (byte)'M' || stored[1] != (byte)'1' || (stored[2] & ~(Compressed | Encrypted)) != 0)
        {
            throw new InvalidDataException("not a stored Mesh payload (unknown header)");
        }

        byte flags = stored[2];
        ReadOnlySpan<byte> body = stored[HeaderLength..];
        if ((flags & Encrypted) == 0)
        {
            if (body.Length < DigestLength || !SHA256.HashData(body[DigestLength..]).AsSpan(0, DigestLength).SequenceEqual(body[..DigestLength]))
            {
                throw new InvalidDataException("the stored payload is damaged (its digest differs)");
            }

            return (flags & Compressed) == 0 ? body[DigestLength..].ToArray() : Inflate(body[DigestLength..]);
        }

        if (key is null)
        {
            throw new InvalidDataException("the payload is encrypted and no keyring key is set (MESH_KEYRING_KEY)");
        }

        if (body.Length < NonceLength + TagLength)
        {
            throw new InvalidDataException("the encrypted payload is cut short");
        }

        byte[] opened = new byte[body.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(body[..NonceLength], body[(NonceLength + TagLength)..], body.Slice(NonceLength, TagLength), opened, stored[..HeaderLength]);
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new InvalidDataException("the encrypted payload is damaged or was sealed with another keyring key (MESH_KEYRING_KEY)", mismatch);
        }

        return (flags & Compressed) == 0 ? opened : Inflate(opened);
    }

    private static void WriteHeader(Span<byte> target, byte flags)
    {
        target[0] = (byte)'M';
        target[1] = (byte)'1';
        target[2] = flags;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> packed)
    {
        using var source = new MemoryStream(packed.ToArray());
        using var inflate = new ZLibStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream(packed.Length * 4);
        byte[] chunk = new byte[64 * 1024];
        int read;
        while ((read = inflate.Read(chunk)) > 0)
        {
            if (target.Length + read > MaxPayloadBytes)
            {
                throw new InvalidDataException($"the payload inflates to more than {MaxPayloadBytes} bytes");
            }

            target.Write(chunk, 0, read);
        }

        return target.ToArray();
    }
}
