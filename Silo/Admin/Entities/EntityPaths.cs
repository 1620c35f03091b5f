using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Entities;

/// <summary>The paths that Kong leaves out of the generated ones.</summary>
internal static class EntityPaths
{
    /// <summary>Targets exist only under their upstream.</summary>
    public static bool HasTopLevelPath(EntitySchema schema) => schema.Kind != EntityKinds.Targets;

    /// <summary><c>/{kind}/{key}/{foreign field}</c>.</summary>
    public static bool HasParentPath(EntitySchema schema, string field) =>
        HasTopLevelPath(schema) && !(schema.Kind == EntityKinds.Snis && field == "certificate");
}
