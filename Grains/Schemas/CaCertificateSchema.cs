using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class CaCertificateSchema
{
    public static EntitySchema Declare(TimeProvider time) => new()
    {
        Kind = EntityKinds.CaCertificates,
        AdminName = "ca_certificates",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            Field.String("cert") with { Required = true, Check = PemChecks.Certificate },
            Field.String("cert_digest") with { Unique = true },
            CommonFields.Tags,
        ],
        Checks = [new EntityCheck.Custom(entity => Check(entity, time.GetUtcNow())) { Sources = ["cert"] }],
        Derive = Digest,
    };

    private static IEnumerable<(string Field, string Message)> Check(JsonObject entity, DateTimeOffset now)
    {
        var pem = entity["cert"]!.GetValue<string>();
        if (pem.AsSpan().Count("-----BEGIN CERTIFICATE-----") > 1)
        {
            yield return (EntityCheck.Entity, "please submit only one certificate at a time");
            yield break;
        }

        using var certificate = X509Certificate2.CreateFromPem(pem);
        if (certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
        {
            yield return (EntityCheck.Entity, "certificate expired, \"Not After\" time is in the past");
        }
        else if (!certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority))
        {
            yield return (EntityCheck.Entity, "certificate does not appear to be a CA because it is missing the \"CA\" basic constraint");
        }
    }

    /// <summary>SHA-256 of the certificate's DER form.</summary>
    private static void Digest(JsonObject entity)
    {
        using var certificate = X509Certificate2.CreateFromPem(entity["cert"]!.GetValue<string>());
        entity["cert_digest"] = Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
    }
}
