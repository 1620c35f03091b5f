using System.Text.Json.Nodes;
using Mesh.Grains.Schemas;
using Mesh.Grains.Validation;

namespace Mesh.Grains.Workspaces;

/// <summary>A certificate as clients see it: with the names of its SNIs, which are entities of their own.</summary>
internal static class CertificateView
{
    public static byte[] WithSnis(byte[] document, List<string> names)
    {
        var certificate = JsonBody.Parse(document, out _)!;
        certificate[CertificateSchemas.SnisView] = new JsonArray([.. names.Select(name => (JsonNode?)name)]);
        return new CanonicalJson().Write(certificate);
    }
}
