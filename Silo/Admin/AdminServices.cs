using Mesh.Grains.Schemas;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin;

/// <summary>All that the Admin API stands on.</summary>
internal sealed record AdminServices(IGrainFactory Grains, EntitySchemas Schemas, MeshSettings Settings, NodeIdentity Node, TimeProvider Time, ILoggerFactory Logging)
{
    public AdminConnections Connections { get; } = new();
}
