using System.Text;
using Mesh.Abstractions.Sealing;

namespace Mesh.Abstractions.Tests;

public class PasswordHashTests
{
    private static readonly Guid Consumer = Guid.Parse("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");

    /// <summary>printf '%s' 'pa:ss wörd0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' | sha1sum</summary>
    [Fact]
    public void It_is_kongs() => Assert.Equal("2f47def6c7458417eb1d53767506a624d96b8773", PasswordHash.Of("pa:ss wörd", Consumer));

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong", false)]
    [InlineData("", false)]
    public void Only_the_password_it_was_made_of_matches(string given, bool matches) =>
        Assert.Equal(matches, PasswordHash.Matches(PasswordHash.Of("right", Consumer), Encoding.UTF8.GetBytes(given), Consumer));

    [Theory]
    [InlineData("")]
    [InlineData("right")]
    [InlineData("örk")]
    public void What_is_no_hash_matches_nothing(string stored)
    {
        Assert.False(PasswordHash.Matches(stored, "right"u8, Consumer));
        Assert.False(PasswordHash.Matches(stored + new string('0', 100), "right"u8, Consumer));
    }
}
