using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.BasicAuth;

/// <summary>Names the consumer by username and password (RFC 7617).</summary>
internal sealed class BasicAuthPlugin : IPlugin
{
    public PluginSchema Schema => BasicAuthSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next) =>
        new BasicAuthStep(instance.Read<BasicAuthSettings>(), next).Run;
}
