using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Mesh.Grains.Schemas.Formats;

/// <summary>Certificates and keys in PEM.</summary>
internal static class PemChecks
{
    public static string? Certificate(JsonNode node)
    {
        using var certificate = ReadCertificate(node.GetValue<string>(), out var error);
        return certificate is null ? $"invalid certificate: {error}" : null;
    }

    public static string? PrivateKey(JsonNode node)
    {
        using var key = ReadKey(node.GetValue<string>(), isPrivate: true);
        return key is null ? "invalid key: no RSA or EC private key in PEM without a passphrase" : null;
    }

    public static string? PublicKey(JsonNode node)
    {
        using var key = ReadKey(node.GetValue<string>(), isPrivate: false);
        return key is null ? "could not load public key" : null;
    }

    public static string? RevocationList(JsonNode node)
    {
        try
        {
            CertificateRevocationListBuilder.LoadPem(node.GetValue<string>(), out _);
            return null;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return "invalid revocation list: no X509 CRL in PEM";
        }
    }

    public static X509Certificate2? ReadCertificate(string pem, out string? error)
    {
        try
        {
            error = null;
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException failure)
        {
            error = failure.Message;
            return null;
        }
    }

    public static AsymmetricAlgorithm? ReadKey(string pem, bool isPrivate)
    {
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal) != isPrivate)
        {
            return null;
        }

        return Import(RSA.Create(), pem) ?? Import(ECDsa.Create(), pem);
    }

    public static bool Match(string certificatePem, string keyPem)
    {
        using var certificate = ReadCertificate(certificatePem, out _);
        using var key = ReadKey(keyPem, isPrivate: true);
        if (certificate is null || key is null)
        {
            return false;
        }

        using AsymmetricAlgorithm? own = certificate.GetRSAPublicKey() as AsymmetricAlgorithm ?? certificate.GetECDsaPublicKey();
        return own is not null && SamePublicKey(own, key);
    }

    public static bool SamePublicKey(AsymmetricAlgorithm first, AsymmetricAlgorithm second) => (first, second) switch
    {
        (RSA a, RSA b) => Same(a.ExportParameters(false), b.ExportParameters(false)),
        (ECDsa a, ECDsa b) => Same(a.ExportParameters(false), b.ExportParameters(false)),
        _ => false,
    };

    private static bool Same(RSAParameters a, RSAParameters b) =>
        a.Modulus.AsSpan().SequenceEqual(b.Modulus) && a.Exponent.AsSpan().SequenceEqual(b.Exponent);

    private static bool Same(ECParameters a, ECParameters b) =>
        a.Q.X.AsSpan().SequenceEqual(b.Q.X) && a.Q.Y.AsSpan().SequenceEqual(b.Q.Y);

    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }
}
