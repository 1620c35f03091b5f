using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Silo.Cli.Certs;

/// <summary>A certificate authority whose certificate and key are files of one directory.</summary>
internal sealed class LocalAuthority
{
    private const string CertificateFile = "ca.pem";
    private const string KeyFile = "ca.key";
    private const int Days = 3650;
    private const int RsaBits = 2048;
    private const int SerialBytes = 16;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    private readonly string directory;
    private readonly X509Certificate2 certificate;

    private LocalAuthority(string directory, X509Certificate2 certificate)
    {
        this.directory = directory;
        this.certificate = certificate;
    }

    /// <summary>Makes an authority and returns the file to trust.</summary>
    /// <exception cref="IOException">There is one already, or it cannot be written.</exception>
    public static string Create(string directory, TimeProvider time)
    {
        Directory.CreateDirectory(directory);
        DateTimeOffset now = time.GetUtcNow();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Mesh development {now:yyyy-MM-dd}, O=Mesh local authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 made = request.CreateSelfSigned(now - ClockSkew, now + TimeSpan.FromDays(Days));
        return Write(directory, (CertificateFile, made.ExportCertificatePem()), (KeyFile, key.ExportPkcs8PrivateKeyPem()));
    }

    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="CryptographicException">Its files are damaged.</exception>
    public static LocalAuthority Open(string directory)
    {
        string path = Path.Combine(directory, CertificateFile);
        return File.Exists(path)
            ? new LocalAuthority(directory, X509Certificate2.CreateFromPemFile(path, Path.Combine(directory, KeyFile)))
            : throw new FileNotFoundException($"there is no authority in {directory}: make one with mesh certs ca {directory}");
    }

    /// <summary>Makes a certificate and returns its files: certificate, key.</summary>
    /// <exception cref="IOException">One of the files exists already, or cannot be written.</exception>
    public IReadOnlyList<string> Issue(LeafRequest wanted, TimeProvider time)
    {
        using AsymmetricAlgorithm key = wanted.Rsa ? RSA.Create(RsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(wanted, key);
        DateTimeOffset from = time.GetUtcNow() - ClockSkew;
        DateTimeOffset until = from + TimeSpan.FromDays(wanted.Days);
        DateTimeOffset end = certificate.NotAfter;
        using ECDsa signer = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException($"{KeyFile} is no ECDSA key");
        using X509Certificate2 made = request.Create(
            certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from < certificate.NotBefore ? certificate.NotBefore : from, until < end ? until : end, Serial());
        string name = wanted.FileName;
        string path = Write(directory, ($"{name}.pem", made.ExportCertificatePem()), ($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
        return [path, Path.ChangeExtension(path, ".key")];
    }

    private CertificateRequest Request(LeafRequest wanted, AsymmetricAlgorithm key)
    {
        var subject = new X500DistinguishedNameBuilder();
        if (wanted.CommonName is { } name)
        {
            subject.AddCommonName(name);
        }

        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject.Build(), (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(wanted.AlternativeNames());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            wanted.Rsa ? X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1", "serverAuth"), new Oid("1.3.6.1.5.5.7.3.2", "clientAuth")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    /// <summary>Positive, and never twice.</summary>
    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    /// <summary>Both files or none; neither is ever overwritten, and the key is readable by its owner alone from its first byte.</summary>
    private static string Write(string directory, (string Name, string Text) certificate, (string Name, string Text) key)
    {
        string certificatePath = Path.Combine(directory, certificate.Name);
        string keyPath = Path.Combine(directory, key.Name);
        if (File.Exists(certificatePath))
        {
            throw new IOException($"{certificatePath} exists already: it is not overwritten");
        }

        Write(keyPath, key.Text, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            Write(certificatePath, certificate.Text, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        catch
        {
            File.Delete(keyPath);
            throw;
        }

        return certificatePath;
    }

    private static void Write(string path, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        writer.Write('\n');
    }
}
