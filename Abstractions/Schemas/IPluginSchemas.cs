namespace Mesh.Abstractions.Schemas;

/// <summary>The plugins that this installation knows. The silo takes it from the edge's catalogue.</summary>
public interface IPluginSchemas
{
    IReadOnlyCollection<PluginSchema> All { get; }

    PluginSchema? Find(string name);
}
