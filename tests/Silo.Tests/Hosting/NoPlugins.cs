using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Tests.Hosting;

internal sealed class NoPlugins : IPluginSchemas
{
    public IReadOnlyCollection<PluginSchema> All => [];

    public PluginSchema? Find(string name) => null;
}
