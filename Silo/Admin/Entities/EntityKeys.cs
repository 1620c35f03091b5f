using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Entities;

/// <summary>What can stand for an entity in a path.</summary>
internal static class EntityKeys
{
    /// <summary>Whether only an id names an entity at this path. A group of an ACL is unique below its consumer only.</summary>
    public static bool MustBeId(EntitySchema schema, EntityParent? parent) =>
        schema.Kind != EntityKinds.Certificates
        && (schema.EndpointKey is not { } key || (parent is null && schema.Find(key) is { Unique: false }));

    public static bool IsId(string key) => Guid.TryParseExact(key, "D", out _);
}
