using Mesh.Edge.Configuration;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins;

/// <summary>The plugin instances of one revision by scope, and the chains folded from them.</summary>
internal sealed class PluginTable
{
    public static PluginTable Empty(PluginCatalog catalog, RequestStep forward) => throw new NotImplementedException();

    /// <summary>The table after a change; costs what changed.</summary>
    public PluginTable Apply(ConfigChanges changes, EntityStore after) => throw new NotImplementedException();

    /// <summary>The chain for a route and its service, ending in the forward step. Folded on first use, then kept.</summary>
    public RequestStep ChainFor(Guid route, Guid? service) => throw new NotImplementedException();
}
