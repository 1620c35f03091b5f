using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;

namespace Mesh.Silo.Admin.Explain;

/// <summary>A plugin in a snapshot that nobody serves by: it has its place in the chain and does nothing, so that none begins to work.</summary>
internal sealed class UnbuiltPlugin(PluginSchema schema) : IPlugin
{
    public PluginSchema Schema { get; } = schema;

    public RequestStep Build(PluginInstance instance, RequestStep next) => next;
}
