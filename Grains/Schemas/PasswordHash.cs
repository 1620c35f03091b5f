using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Grains.Schemas;

/// <summary>The stored form of a basic-auth password: hex SHA-1 of password and consumer id, as Kong stores it.</summary>
internal static class PasswordHash
{
    [SuppressMessage("Security", "CA5350", Justification = "Kong's stored form: an exported configuration must load in either gateway.")]
    public static string Of(string password, string consumerId) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(password + consumerId)));
}
