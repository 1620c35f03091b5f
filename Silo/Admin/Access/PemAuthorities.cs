using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Silo.Hosting;

namespace Mesh.Silo.Admin.Access;

/// <summary>Certificate authorities from a PEM file, trusted instead of the system's.</summary>
internal static class PemAuthorities
{
    /// <param name="setting">Names the file in the refusal.</param>
    /// <param name="usage">What certificates must be for: an OID of extended key usage.</param>
    /// <exception cref="StartRefusedException">The file holds no certificate.</exception>
    public static X509ChainPolicy Load(string setting, string path, string usage)
    {
        try
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            policy.ApplicationPolicy.Add(new Oid(usage));
            policy.CustomTrustStore.ImportFromPemFile(path);
            return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("it holds no certificate");
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{setting}={path}: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }
}
