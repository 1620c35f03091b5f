namespace Mesh.Edge.Tls;

/// <summary>What a configured certificate turned out to be.</summary>
/// <param name="Chains">One, or an RSA and an ECDSA one; none when there is a problem.</param>
/// <param name="Problem">Why it cannot be served; null when it can.</param>
internal sealed record CertificateReading(IReadOnlyList<KeyedChain> Chains, string? Problem);
