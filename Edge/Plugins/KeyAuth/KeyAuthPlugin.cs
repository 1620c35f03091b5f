using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.KeyAuth;

/// <summary>Names the consumer by a key that the request carries.</summary>
internal sealed class KeyAuthPlugin(TimeProvider time) : IPlugin
{
    public PluginSchema Schema => KeyAuthSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next) =>
        new KeyAuthStep(instance.Read<KeyAuthSettings>(), time, next).Run;
}
