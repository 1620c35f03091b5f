using System.Security.Cryptography;
using Mesh.Abstractions.Sealing;

namespace Mesh.Abstractions.Tests;

public class SealingTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(100, "key")]
    [InlineData(100_000, null)]
    [InlineData(100_000, "key")]
    public void What_is_sealed_opens_to_the_same_bytes(int length, string? key)
    {
        byte[] payload = new byte[length];
        new Random(1).NextBytes(payload);
        var seal = new PayloadSeal(key);
        Assert.Equal(payload, seal.Open(seal.Seal(payload)));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_sealed_payload_is_noticed()
    {
        var seal = new PayloadSeal("key");
        byte[] stored = seal.Seal("a private key"u8);
        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            byte[] damaged = [.. stored];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => seal.Open(damaged));
        }
    }

    [Fact]
    public void Another_key_and_no_key_are_refused_with_the_setting_named()
    {
        byte[] stored = new PayloadSeal("one").Seal("x"u8);
        Assert.Contains("MESH_KEYRING_KEY", Assert.Throws<InvalidDataException>(() => new PayloadSeal("two").Open(stored)).Message, StringComparison.Ordinal);
        Assert.Contains("MESH_KEYRING_KEY", Assert.Throws<InvalidDataException>(() => new PayloadSeal(null).Open(stored)).Message, StringComparison.Ordinal);
    }
}
