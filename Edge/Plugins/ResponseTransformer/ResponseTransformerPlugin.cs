using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.ResponseTransformer;

/// <summary>Changes the headers and the JSON body of answers before the client gets them.</summary>
internal sealed class ResponseTransformerPlugin : IPlugin
{
    public PluginSchema Schema => ResponseTransformerSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next) =>
        new ResponseTransformerStep(instance.Read<ResponseTransformerSettings>(), next).Run;
}
