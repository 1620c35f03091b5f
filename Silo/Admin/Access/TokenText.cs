using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Silo.Admin.Access;

/// <summary>The text of an API token: <c>mesh_</c>, by which scanners of leaked secrets know it, and 256 random bits.</summary>
internal static class TokenText
{
    public const string Prefix = "mesh_";

    private const int RandomBytes = 32;

    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
