using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Cors;

/// <summary>Lets web pages of other origins read answers (the Fetch standard's CORS protocol).</summary>
internal sealed class CorsPlugin : IPlugin
{
    public PluginSchema Schema => CorsSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next) => new CorsStep(instance.Read<CorsSettings>(), next).Run;
}
