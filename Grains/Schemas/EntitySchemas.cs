using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

/// <summary>The declarations of all entity kinds, parents before children.</summary>
public sealed class EntitySchemas(IPluginSchemas plugins)
{
    public IPluginSchemas Plugins { get; } = plugins;

    public IReadOnlyList<EntitySchema> All { get; } = [];

    /// <summary>By the kind's name in documents, such as <c>key_sets</c>.</summary>
    public EntitySchema? Find(string kind) => throw new NotImplementedException();

    /// <summary>By the kind's path segment in the Admin API, such as <c>key-sets</c> or <c>key-auths</c>.</summary>
    public EntitySchema? FindByAdminName(string name) => throw new NotImplementedException();

    /// <summary>The kind of the children called <paramref name="name"/> under a parent of kind <paramref name="parentKind"/>, and the child's foreign field, such as <c>key-auth</c> under <c>consumers</c>.</summary>
    public (EntitySchema Schema, Field Foreign)? FindNested(string parentKind, string name) => throw new NotImplementedException();
}
