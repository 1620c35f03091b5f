using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mesh.Edge.Tls.ClientCertificates;

/// <summary>What upstreams are told of a client's certificate, in the headers of Kong's <c>tls-metadata-headers</c>; all are printable ASCII.</summary>
internal sealed record ClientCertificateFacts(string Certificate, string Serial, string Issuer, string Subject, string Fingerprint)
{
    /// <summary>Beginning of the names of all of them. No client may send any.</summary>
    public const string Prefix = "X-Client-Cert";

    public const string SerialHeader = $"{Prefix}-Serial";
    public const string IssuerHeader = $"{Prefix}-Issuer-DN";
    public const string SubjectHeader = $"{Prefix}-Subject-DN";
    public const string FingerprintHeader = $"{Prefix}-Fingerprint";

    /// <param name="certificate">One that was verified.</param>
    public static ClientCertificateFacts Of(X509Certificate2 certificate) => new(
        Uri.EscapeDataString(certificate.ExportCertificatePem()),
        certificate.SerialNumber,
        Printable(certificate.IssuerName.Name),
        Printable(certificate.SubjectName.Name),
        certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());

    /// <summary>Other characters as RFC 4514, section 2.4 escapes them: names are free text, headers are not.</summary>
    private static string Printable(string name)
    {
        if (name.All(letter => letter is >= ' ' and < '\x7f'))
        {
            return name;
        }

        var text = new StringBuilder();
        foreach (byte one in Encoding.UTF8.GetBytes(name))
        {
            _ = one is >= (byte)' ' and < 0x7f ? text.Append((char)one) : text.Append($"\\{one:X2}");
        }

        return text.ToString();
    }
}
