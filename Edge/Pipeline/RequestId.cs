namespace Mesh.Edge.Pipeline;

/// <summary>Ids of requests: 128 random bits in 32 hex digits, as Kong's. For finding a request again, not for secrets.</summary>
internal static class RequestId
{
    public static string Next()
    {
        Span<byte> bits = stackalloc byte[16];
        Random.Shared.NextBytes(bits);
        return Convert.ToHexStringLower(bits);
    }
}
