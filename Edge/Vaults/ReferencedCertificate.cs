using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Vaults;

/// <summary>Certificates whose chains or keys are kept in a vault.</summary>
internal static class ReferencedCertificate
{
    public static bool HasReferences(Certificate certificate) =>
        IsReference(certificate.Cert) || IsReference(certificate.Key) || IsReference(certificate.CertAlt) || IsReference(certificate.KeyAlt);

    /// <param name="refuse">Called with each reference that cannot be resolved; its field is empty then.</param>
    public static Certificate Resolve(Certificate certificate, VaultResolver resolver, Action<string> refuse)
    {
        return certificate with
        {
            Cert = Text(certificate.Cert)!,
            Key = Text(certificate.Key)!,
            CertAlt = Text(certificate.CertAlt),
            KeyAlt = Text(certificate.KeyAlt),
        };

        string? Text(string? value)
        {
            if (!IsReference(value))
            {
                return value;
            }

            Resolution resolution = resolver.Resolve(value!);
            if (resolution.Problem is { } problem)
            {
                refuse(problem);
            }

            return resolution.Value;
        }
    }

    private static bool IsReference(string? value) => value is not null && VaultReference.Is(value);
}
