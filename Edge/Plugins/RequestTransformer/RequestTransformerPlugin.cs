using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.RequestTransformer;

/// <summary>Changes the method, path, query, headers and body that the upstream gets.</summary>
internal sealed class RequestTransformerPlugin : IPlugin
{
    public PluginSchema Schema => RequestTransformerSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next) =>
        new RequestTransformerStep(instance.Read<RequestTransformerSettings>(), next).Run;
}
