using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Edge.Tls.ClientCertificates;

/// <summary>
/// What a certificate revocation list (RFC 5280, section 5) says: an issuer and the serial numbers that it took back. Its
/// signature is not looked at: who may write the configuration vouches for it.
/// </summary>
internal sealed class RevocationList
{
    private const string Label = "X509 CRL";

    /// <summary>Tags of the time that may stand after <c>thisUpdate</c>.</summary>
    private static readonly Asn1Tag[] Times = [Asn1Tag.UtcTime, Asn1Tag.GeneralizedTime];

    private readonly byte[] issuer;
    private readonly FrozenSet<string> serials;

    private RevocationList(byte[] issuer, FrozenSet<string> serials)
    {
        this.issuer = issuer;
        this.serials = serials;
    }

    /// <exception cref="CryptographicException">It is no list in PEM.</exception>
    public static RevocationList Read(string pem)
    {
        if (!PemEncoding.TryFind(pem, out PemFields fields) || !pem.AsSpan()[fields.Label].SequenceEqual(Label))
        {
            throw new CryptographicException($"it is no PEM of a {Label}");
        }

        try
        {
            AsnReader list = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data]), AsnEncodingRules.DER).ReadSequence().ReadSequence();
            if (list.PeekTag() == Asn1Tag.Integer)
            {
                // The version.
                list.ReadEncodedValue();
            }

            // The signature's algorithm.
            list.ReadEncodedValue();
            byte[] issuer = list.ReadEncodedValue().ToArray();
            while (list.HasData && Array.Exists(Times, time => time.HasSameClassAndValue(list.PeekTag())))
            {
                list.ReadEncodedValue();
            }

            return new RevocationList(issuer, list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? Serials(list.ReadSequence()) : []);
        }
        catch (Exception failure) when (failure is AsnContentException or FormatException)
        {
            throw new CryptographicException($"the {Label} is malformed", failure);
        }
    }

    public bool Revokes(X509Certificate2 certificate) =>
        serials.Contains(Text(certificate.SerialNumberBytes.Span)) && certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer);

    private static FrozenSet<string> Serials(AsnReader entries)
    {
        List<string> serials = [];
        while (entries.HasData)
        {
            serials.Add(Text(entries.ReadSequence().ReadIntegerBytes().Span));
        }

        return serials.ToFrozenSet(StringComparer.Ordinal);
    }

    private static string Text(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));
}
