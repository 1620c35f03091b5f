using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Secrets;
using Mesh.Grains.Validation;

namespace Mesh.Grains.Workspaces;

/// <summary>What must hold between entities once all changes are in: references lead somewhere, unique values are unique.</summary>
internal sealed class ConsistencyChecks(WorkspaceView view, Problems problems, FailedEntities failed)
{
    public void Run()
    {
        foreach (var kind in view.Kinds)
        {
            var claimed = Array.ConvertAll(kind.Layout.Unique, _ => new Dictionary<string, Guid>(StringComparer.Ordinal));
            foreach (var (id, planned) in kind.Planned.OrderBy(pair => pair.Value.Mutation))
            {
                if (planned.Document is null)
                {
                    CheckDeletion(kind, id, planned.Mutation);
                    continue;
                }

                CheckReferences(kind, planned);
                CheckUnique(kind, id, planned, claimed);
                if (kind.Schema.Kind == EntityKinds.Plugins)
                {
                    CheckPluginProtocols(kind, planned);
                }
            }
        }
    }

    private void CheckReferences(KindView kind, Planned planned)
    {
        for (var i = 0; i < kind.Layout.Foreign.Length; i++)
        {
            var field = kind.Layout.Foreign[i];
            if (planned.Keys!.Foreign[i] is { } parent && view[field.Reference!].Find(parent) is null && !failed.Contains(field.Reference!, parent))
            {
                problems.ForeignMissing(planned.Mutation, field.Name, field.Reference!, parent);
            }
        }
    }

    private void CheckUnique(KindView kind, Guid id, Planned planned, Dictionary<string, Guid>[] claimed)
    {
        for (var i = 0; i < claimed.Length; i++)
        {
            if (planned.Keys!.Unique[i] is { } value
                && (!claimed[i].TryAdd(value, id) || (kind.Table.FindUnique(i, value) is { } owner && owner != id && !kind.Planned.ContainsKey(owner))))
            {
                problems.NotUnique(planned.Mutation, Shown(kind, kind.Layout.Unique[i], planned.Document!));
            }
        }
    }

    private static JsonObject Shown(KindView kind, string[] fields, byte[] document)
    {
        var entity = JsonBody.Parse(document, out _)!;
        var shown = new JsonObject();
        foreach (var field in fields.Order(StringComparer.Ordinal))
        {
            shown[field] = kind.Schema.Find(field)!.Secret ? SecretMask.Text : entity[field]?.DeepClone();
        }

        return shown;
    }

    /// <summary>Children that go with their parent are planned as deleted by now; those that stay forbid it.</summary>
    private void CheckDeletion(KindView kind, Guid id, int mutation)
    {
        if (!kind.Table.Contains(id))
        {
            return;
        }

        foreach (var (children, foreign, _) in view.ReferrersOf(kind.Schema.Kind))
        {
            if (children.Table.Children(foreign, id).Any(child => !children.Planned.ContainsKey(child)))
            {
                problems.StillReferenced(mutation, kind.Schema.Kind, children.Schema.Kind);
            }
        }

        if (kind.Schema.Kind == EntityKinds.CaCertificates && FindUser(id) is { } user)
        {
            problems.CaCertificateInUse(mutation, id, user.Kind, user.Id);
        }
    }

    /// <summary>Services and listeners list their CA certificates by id only; no index is kept for so rare a question.</summary>
    private (string Kind, Guid Id)? FindUser(Guid caCertificate) =>
        FindUser(caCertificate, EntityKinds.Services, service => service["ca_certificates"])
        ?? FindUser(caCertificate, EntityKinds.Listeners, listener => listener["client_certificate"]?["ca_certificates"]);

    private (string Kind, Guid Id)? FindUser(Guid caCertificate, string kind, Func<JsonObject, JsonNode?> authorities)
    {
        var users = view[kind];
        var id = Encoding.ASCII.GetBytes(caCertificate.ToString("D"));
        foreach (var user in users.Table.Ids.From(default).Concat(users.Planned.Keys))
        {
            if (users.Find(user) is { } document && document.AsSpan().IndexOf(id) >= 0
                && authorities(JsonBody.Parse(document, out _)!) is JsonArray list
                && list.Any(entry => entry!.GetValue<string>() == caCertificate.ToString("D")))
            {
                return (kind, user);
            }
        }

        return null;
    }

    private void CheckPluginProtocols(KindView plugins, Planned planned)
    {
        if (planned.Keys!.Foreign[WorkspaceView.ForeignIndex(plugins, "route")] is not { } route || view[EntityKinds.Routes].Find(route) is not { } document)
        {
            return;
        }

        if (!Protocols(planned.Document!).Overlaps(Protocols(document)))
        {
            var errors = new ErrorTree();
            errors.Add("protocols", "must match the associated route's protocols");
            problems.Schema(planned.Mutation, errors);
        }
    }

    private static HashSet<string> Protocols(byte[] document) =>
        [.. JsonBody.Parse(document, out _)!["protocols"]!.AsArray().Select(protocol => protocol!.GetValue<string>())];
}
