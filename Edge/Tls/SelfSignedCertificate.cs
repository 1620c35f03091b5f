using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Edge.Tls;

/// <summary>
/// The certificate that TLS listeners show before any is configured: made on first start, kept in the data directory and
/// shared by all listeners of the machine's processes on that directory.
/// </summary>
internal static class SelfSignedCertificate
{
    public const string FileName = "self-signed.pem";

    /// <summary>Within what browsers and Apple's TLS accept.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>Reads the certificate; makes a new one when there is none, when it is unreadable or when it nears its end.</summary>
    public static X509Certificate2 Load(string dataDirectory, TimeProvider time)
    {
        string path = Path.Combine(dataDirectory, FileName);
        if (Read(path) is { } kept)
        {
            if (kept.NotAfter.ToUniversalTime() - RenewBefore > time.GetUtcNow().UtcDateTime)
            {
                return kept;
            }

            kept.Dispose();
        }

        string pem = Make(time.GetUtcNow());
        try
        {
            Directory.CreateDirectory(dataDirectory);
            Write(path, pem);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A directory that is full or read-only costs a new certificate at the next start, not this start.
            return X509Certificate2.CreateFromPem(pem, pem);
        }

        return X509Certificate2.CreateFromPem(pem, pem);
    }

    private static X509Certificate2? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(path);
        }
        catch (CryptographicException)
        {
            // Damaged: nothing is lost by making another.
            return null;
        }
    }

    private static string Make(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Mesh self-signed", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], false));
        using X509Certificate2 certificate = request.CreateSelfSigned(now - ClockSkew, now + Validity - ClockSkew);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Whole or not at all, and never readable by others, not even while it is written.</summary>
    private static void Write(string path, string pem)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(pem);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
