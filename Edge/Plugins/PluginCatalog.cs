using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins;

/// <summary>All plugins of this build, one line each.</summary>
internal sealed class PluginCatalog(IReadOnlyList<IPlugin> plugins) : IPluginSchemas
{
    private readonly Dictionary<string, IPlugin> byName = plugins.ToDictionary(plugin => plugin.Schema.Name);

    public static PluginCatalog Default { get; } = Create(TimeProvider.System);

    public IReadOnlyCollection<PluginSchema> All { get; } = [.. plugins.Select(plugin => plugin.Schema).OrderByDescending(schema => schema.Priority)];

    public static PluginCatalog Create(TimeProvider time) => new(
    [
    ]);

    public PluginSchema? Find(string name) => FindPlugin(name)?.Schema;

    public IPlugin? FindPlugin(string name) => byName.GetValueOrDefault(name);
}
