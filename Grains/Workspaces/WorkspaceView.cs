using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>A workspace with planned changes laid over it: finds entities by the keys that clients use.</summary>
internal sealed class WorkspaceView
{
    private readonly Dictionary<string, KindView> byKind;

    public WorkspaceView(IEnumerable<KindTable> tables)
    {
        Kinds = [.. tables.Select(table => new KindView(table))];
        byKind = Kinds.ToDictionary(kind => kind.Schema.Kind);
    }

    /// <summary>Parents before children.</summary>
    public KindView[] Kinds { get; }

    public KindView? Find(string kind) => byKind.GetValueOrDefault(kind);

    public KindView this[string kind] => byKind[kind];

    /// <summary>The entity that a path names, by id or endpoint key; below a parent only if it is the parent's.</summary>
    /// <param name="parent">The child's foreign field and the parent's id.</param>
    public Guid? Locate(KindView kind, string key, (string Field, Guid Id)? parent)
    {
        var id = Guid.TryParseExact(key, "D", out var given) ? given : LocateByEndpointKey(kind, key, parent);
        if (id is not { } found || kind.Find(found) is not { } document)
        {
            return null;
        }

        return parent is null || kind.Layout.Read(document).Foreign[ForeignIndex(kind, parent.Value.Field)] == parent.Value.Id ? found : null;
    }

    /// <summary>The parent of a nested path; null when it does not exist.</summary>
    public Guid? LocateParent(EntityParent parent) => Find(parent.Kind) is { } kind ? Locate(kind, parent.Key, null) : null;

    /// <summary>Whether children of <paramref name="kind"/> have the foreign field that the nested path uses.</summary>
    public static bool Accepts(KindView kind, EntityParent parent) =>
        Array.Exists(kind.Layout.Foreign, field => field.Name == parent.Field && field.Reference == parent.Kind);

    public static int ForeignIndex(KindView kind, string field) => Array.FindIndex(kind.Layout.Foreign, foreign => foreign.Name == field);

    /// <summary>Each kind and foreign field that can refer to entities of <paramref name="kind"/>.</summary>
    public IEnumerable<(KindView Kind, int Foreign, Field Field)> ReferrersOf(string kind)
    {
        foreach (var candidate in Kinds)
        {
            for (var i = 0; i < candidate.Layout.Foreign.Length; i++)
            {
                if (candidate.Layout.Foreign[i].Reference == kind)
                {
                    yield return (candidate, i, candidate.Layout.Foreign[i]);
                }
            }
        }
    }

    /// <summary>Names of the SNIs of a certificate, sorted.</summary>
    public List<string> SnisOf(Guid certificate)
    {
        var snis = this[EntityKinds.Snis];
        var byName = snis.Layout.FindUnique("name");
        return [.. snis.Children(0, certificate).Select(id => snis.Layout.Read(snis.Find(id)!).Unique[byName]!).Order(StringComparer.Ordinal)];
    }

    private Guid? LocateByEndpointKey(KindView kind, string key, (string Field, Guid Id)? parent)
    {
        if (kind.Schema.Kind == EntityKinds.Certificates)
        {
            // Kong lets an SNI stand for its certificate.
            var snis = this[EntityKinds.Snis];
            return snis.FindUnique(snis.Layout.FindUnique("name"), key) is { } sni ? snis.Layout.Read(snis.Find(sni)!).Foreign[0] : null;
        }

        if (kind.Schema.EndpointKey is not { } field)
        {
            return null;
        }

        if (kind.Layout.FindUnique(field) is >= 0 and var alone)
        {
            return kind.FindUnique(alone, key);
        }

        // Unique among the children of one parent only, such as a target of an upstream.
        if (parent is not { } owner || kind.Layout.FindUnique(owner.Field, field) is not (>= 0 and var together))
        {
            return null;
        }

        var value = kind.Schema.Kind == EntityKinds.Targets ? TargetSchema.Normalize(key) : key;
        return kind.FindUnique(together, IndexLayout.Compose(owner.Id.ToString("D"), value));
    }
}
