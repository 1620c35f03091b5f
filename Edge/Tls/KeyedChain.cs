using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Edge.Tls.Hello;

namespace Mesh.Edge.Tls;

/// <summary>A leaf with its private key, and the certificates sent after it.</summary>
/// <param name="Curve">Of the leaf's key; none for RSA.</param>
internal sealed record KeyedChain(X509Certificate2 Leaf, X509Certificate2Collection Intermediates, EcdsaCurves Curve)
{
    public static KeyedChain Of(X509Certificate2 leaf) => new(leaf, [], CurveOf(leaf));

    /// <exception cref="CryptographicException">It is no PEM, or the key is not the certificate's.</exception>
    /// <exception cref="ArgumentException">Likewise.</exception>
    public static KeyedChain Read(string cert, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(cert);
        X509Certificate2 leaf = X509Certificate2.CreateFromPem(cert, key);
        chain.RemoveAt(0);
        return new KeyedChain(leaf, chain, CurveOf(leaf));
    }

    private static EcdsaCurves CurveOf(X509Certificate2 leaf)
    {
        using ECDsa? key = leaf.GetECDsaPublicKey();
        return key?.KeySize switch
        {
            256 => EcdsaCurves.P256,
            384 => EcdsaCurves.P384,
            521 => EcdsaCurves.P521,
            _ => EcdsaCurves.None,
        };
    }
}
