using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Validation;

namespace Mesh.Grains.Workspaces;

/// <summary>A certificate's transient <c>snis</c>: the whole list of its SNIs, which are made and dropped to match.</summary>
internal sealed class CertificateSnis(WorkspaceView view, Problems problems, bool wholeDocument, DateTimeOffset now)
{
    private readonly CanonicalJson json = new();

    /// <summary>The list in a certificate's body; null when it says nothing about SNIs.</summary>
    public static JsonNode? Take(KindView kind, JsonObject body) =>
        kind.Schema.Kind == EntityKinds.Certificates ? body[CertificateSchemas.SnisView]?.DeepClone() : null;

    /// <param name="names">Checked strings, or null.</param>
    /// <returns>False when a name is at fault.</returns>
    public bool Write(int index, KindView kind, Guid certificate, JsonNode? names)
    {
        if (names is not JsonArray list || kind.Schema.Kind != EntityKinds.Certificates)
        {
            return true;
        }

        var snis = view[EntityKinds.Snis];
        var byName = snis.Layout.FindUnique("name");
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        var errors = new ErrorTree();
        foreach (var name in list.Select(name => name!.GetValue<string>()))
        {
            if (!wanted.Add(name))
            {
                errors.Add(CertificateSchemas.SnisView, $"{name} is duplicated");
            }
            else if (snis.FindUnique(byName, name) is { } known && snis.Layout.Read(snis.Find(known)!).Foreign[0] is { } owner && owner != certificate)
            {
                errors.Add(CertificateSchemas.SnisView, $"{name} already associated with existing certificate '{owner:D}'");
            }
        }

        if (!errors.IsEmpty)
        {
            problems.Schema(index, errors);
            return false;
        }

        foreach (var id in snis.Children(0, certificate))
        {
            if (!wanted.Remove(snis.Layout.Read(snis.Find(id)!).Unique[byName]!))
            {
                snis.Set(id, null, index);
            }
        }

        foreach (var name in wanted)
        {
            var id = wholeDocument ? DerivedId.Of(EntityKinds.Snis, $"name={name}") : Guid.NewGuid();
            snis.Set(id, json.Write(Sni(id, name, certificate)), index);
        }

        return true;
    }

    private JsonObject Sni(Guid id, string name, Guid certificate) => new()
    {
        ["id"] = id.ToString("D"),
        ["name"] = name,
        ["created_at"] = now.ToUnixTimeSeconds(),
        ["updated_at"] = now.ToUnixTimeSeconds(),
        ["tags"] = null,
        ["certificate"] = new JsonObject { ["id"] = certificate.ToString("D") },
    };
}
