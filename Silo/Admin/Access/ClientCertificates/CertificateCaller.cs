using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Access.ClientCertificates;

/// <summary>Who a client certificate stands for: the first rule that fits its common name or one of its alternative names.</summary>
internal static class CertificateCaller
{
    private const int MaxNames = 100;
    private const int MaxNameLength = 256;

    private static readonly Asn1Tag Email = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <param name="certificate">Its chain was checked in the handshake.</param>
    /// <returns>Null when no rule knows it.</returns>
    public static Caller? Of(X509Certificate2 certificate, IReadOnlyList<RoleRule> rules, AdminPeer peer)
    {
        string[] names = [.. Names(certificate).Where(name => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl)).Take(MaxNames)];
        foreach (RoleRule rule in rules)
        {
            if (names.FirstOrDefault(rule.Fits) is { } name)
            {
                return new Caller(name, rule.Role, $"certificate {certificate.SerialNumber}", peer) { IsAmbient = true };
            }
        }

        return null;
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate)
    {
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3" && part.GetSingleElementValue() is { } commonName)
            {
                yield return commonName;
            }
        }

        foreach (X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            foreach (string name in AlternativeNames(extension.RawData))
            {
                yield return name;
            }
        }
    }

    /// <summary>Mail addresses, host names and URIs (RFC 5280, 4.2.1.6), each with its whole length. An extension that cannot be read has none.</summary>
    private static List<string> AlternativeNames(byte[] extension)
    {
        List<string> names = [];
        try
        {
            AsnReader list = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (list.HasData)
            {
                Asn1Tag tag = list.PeekTag();
                if (tag.HasSameClassAndValue(Email) || tag.HasSameClassAndValue(Dns) || tag.HasSameClassAndValue(Uri))
                {
                    names.Add(list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else
                {
                    list.ReadEncodedValue();
                }
            }

            return names;
        }
        catch (AsnContentException)
        {
            return [];
        }
    }
}
