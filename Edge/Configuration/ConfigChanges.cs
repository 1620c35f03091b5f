using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Configuration;

/// <summary>An entity before and after a change; null means absent.</summary>
internal readonly record struct Changed<T>(Guid Id, T? Before, T? After)
    where T : class;

/// <summary>A decoded change set, by kind. What cannot be applied is put into <see cref="Problems"/> and the rest goes on.</summary>
internal sealed class ConfigChanges
{
    public required long Revision { get; init; }
    public List<Changed<Service>> Services { get; } = [];
    public List<Changed<Route>> Routes { get; } = [];
    public List<Changed<Upstream>> Upstreams { get; } = [];
    public List<Changed<Target>> Targets { get; } = [];
    public List<Changed<Consumer>> Consumers { get; } = [];
    public List<Changed<Plugin>> Plugins { get; } = [];
    public List<Changed<Certificate>> Certificates { get; } = [];
    public List<Changed<Sni>> Snis { get; } = [];
    public List<Changed<CaCertificate>> CaCertificates { get; } = [];
    public List<Changed<KeyAuthCredential>> KeyAuthCredentials { get; } = [];
    public List<Changed<BasicAuthCredential>> BasicAuthCredentials { get; } = [];
    public List<Changed<Acl>> Acls { get; } = [];
    public List<Changed<Vault>> Vaults { get; } = [];
    public List<Changed<Listener>> Listeners { get; } = [];
    public List<ApplyProblem> Problems { get; } = [];

    /// <summary>Entities that did not change themselves but were compiled again because something they name did.</summary>
    public HashSet<EntityKey> Revisited { get; } = [];

    /// <summary>To be called for each of <see cref="Revisited"/>: what they were refused for earlier no longer counts.</summary>
    public void Revisit(string kind, Guid id) => Revisited.Add(new EntityKey(kind, id));

    public void Refuse(string kind, Guid id, string reason) => Problems.Add(new ApplyProblem(Revision, kind, id, reason));
}
