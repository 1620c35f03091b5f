using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Balancing;
using Mesh.Edge.Consumers;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Tls;
using Mesh.Edge.Vaults;

namespace Mesh.Edge.Configuration;

/// <summary>
/// Makes the next snapshot from the current one and a change set; costs what changed. An entity that cannot be served is
/// refused alone and stands among the snapshot's problems.
/// </summary>
/// <param name="catalog">The plugins of this build.</param>
/// <param name="forward">The last step of every plugin chain.</param>
/// <param name="environment">Where vault references of the kind env look; null for the environment of this process.</param>
/// <param name="transports">Connections to upstreams; null for new ones on the system's clock.</param>
internal sealed class EdgeCompiler(PluginCatalog catalog, RequestStep forward, Func<string, string?>? environment = null, Transports? transports = null)
{
    /// <summary>Before the first configuration.</summary>
    public EdgeSnapshot Empty { get; } = new()
    {
        IsConfigured = false,
        Revision = 0,
        Entities = environment is null ? EntityStore.Empty : EntityStore.Empty with { Resolver = new VaultResolver(environment) },
        Routes = RouteTable.Empty,
        Services = transports is null ? ServiceTable.Empty : ServiceTable.With(transports),
        Upstreams = UpstreamTable.Empty,
        Plugins = PluginTable.Empty(catalog, forward),
        Consumers = ConsumerIndex.Empty,
        Certificates = CertificateTable.Empty,
        Problems = [],
    };

    /// <summary>The snapshot after <paramref name="changes"/>. Several changes of one entity count as the last of them.</summary>
    public EdgeSnapshot Apply(EdgeSnapshot old, long revision, IEnumerable<EntityChange> changes)
    {
        EntityStoreEdit edit = Edit(old, revision, changes);
        return Compile(old, edit, old.Problems.Where(problem => !edit.Touched(problem)));
    }

    /// <summary>
    /// The snapshot that has <paramref name="entities"/> and nothing else. What stands in <paramref name="old"/> too keeps
    /// its runtime state (counters, balancers), and what is the same there is not compiled again.
    /// </summary>
    public EdgeSnapshot Replace(EdgeSnapshot old, long revision, IEnumerable<EntityChange> entities)
    {
        EntityStoreEdit edit = Edit(old, revision, entities);
        edit.DeleteUntouched();
        return Compile(old, edit, old.Problems.Where(problem => problem.Id != Guid.Empty && !edit.Touched(problem)));
    }

    private static EntityStoreEdit Edit(EdgeSnapshot old, long revision, IEnumerable<EntityChange> changes)
    {
        var edit = new EntityStoreEdit(old.Entities, revision);
        foreach (DecodedChange change in DecodeAhead.Of(changes, edit.Decode))
        {
            edit.Apply(change);
        }

        return edit;
    }

    private static EdgeSnapshot Compile(EdgeSnapshot old, EntityStoreEdit edit, IEnumerable<ApplyProblem> standing)
    {
        EntityStore entities = edit.Build();
        ConfigChanges changes = edit.Changes;
        return new EdgeSnapshot
        {
            Revision = changes.Revision,
            Entities = entities,
            Services = old.Services.Apply(changes, entities),
            Upstreams = old.Upstreams.Apply(changes, entities),
            Certificates = old.Certificates.Apply(changes, entities),
            Consumers = old.Consumers.Apply(changes, entities),
            Plugins = old.Plugins.Apply(changes, entities),
            Routes = old.Routes.Apply(changes, entities),
            StreamRoutes = old.StreamRoutes.Apply(changes, entities),

            // Last: compiling the tables says what is refused now and what no longer is.
            Problems = [.. standing, .. changes.Problems],
        };
    }
}
