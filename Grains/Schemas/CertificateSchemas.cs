using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class CertificateSchemas
{
    /// <summary>Names of the SNIs that point to a certificate: taken from and shown to clients, stored as entities of their own.</summary>
    public const string SnisView = "snis";

    public static EntitySchema DeclareCertificates() => new()
    {
        Kind = EntityKinds.Certificates,
        AdminName = "certificates",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            Cert("cert") with { Required = true },
            Key("key") with { Required = true },
            Cert("cert_alt"),
            Key("key_alt"),
            CommonFields.Tags,
        ],
        Checks =
        [
            new EntityCheck.MutuallyRequired("cert_alt", "key_alt"),
            new EntityCheck.Custom(certificate => Matches(certificate, "cert", "key", "certificate does not match key")) { Sources = ["cert", "key"] },
            new EntityCheck.Custom(certificate => Matches(certificate, "cert_alt", "key_alt", "alternative certificate does not match key")) { Sources = ["cert_alt", "key_alt"] },
            new EntityCheck.Custom(DifferentTypes) { Sources = ["cert", "cert_alt"] },
        ],
        ShorthandFields = [Field.Array(SnisView, Field.String("sni") with { Check = HostChecks.WildcardSni })],
    };

    public static EntitySchema DeclareSnis() => new()
    {
        Kind = EntityKinds.Snis,
        AdminName = "snis",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            Field.String("name") with { Required = true, Unique = true, Check = HostChecks.WildcardSni },
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            CommonFields.Tags,
            Field.Foreign("certificate", EntityKinds.Certificates) with { Required = true, Cascade = true },
        ],
    };

    private static Field Cert(string name) => Field.String(name) with { Referenceable = true, Check = PemChecks.Certificate };

    private static Field Key(string name) => Field.String(name) with { Referenceable = true, Secret = true, Check = PemChecks.PrivateKey };

    private static IEnumerable<(string Field, string Message)> Matches(JsonObject entity, string certField, string keyField, string message)
    {
        if (Pem(entity, certField) is { } cert && Pem(entity, keyField) is { } key && !PemChecks.Match(cert, key))
        {
            yield return (EntityCheck.Entity, message);
        }
    }

    private static IEnumerable<(string Field, string Message)> DifferentTypes(JsonObject entity)
    {
        if (Pem(entity, "cert") is not { } first || Pem(entity, "cert_alt") is not { } second)
        {
            yield break;
        }

        using var one = X509Certificate2.CreateFromPem(first);
        using var other = X509Certificate2.CreateFromPem(second);
        if (one.GetKeyAlgorithm() == other.GetKeyAlgorithm())
        {
            yield return (EntityCheck.Entity, "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type");
        }
    }

    /// <summary>Null when absent or a vault reference, which only edges can resolve.</summary>
    private static string? Pem(JsonObject entity, string field) =>
        entity[field] is JsonValue value && value.GetValue<string>() is var pem && !VaultReference.Is(pem) ? pem : null;
}
