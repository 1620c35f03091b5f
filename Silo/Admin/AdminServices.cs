using Mesh.Edge.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Access.ClientCertificates;
using Mesh.Silo.Admin.Access.Oidc;
using Mesh.Silo.Admin.Explain;
using Mesh.Silo.Admin.Logging;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin;

/// <summary>All that the Admin API stands on.</summary>
internal sealed record AdminServices(IGrainFactory Grains, EntitySchemas Schemas, MeshSettings Settings, NodeIdentity Node, TimeProvider Time, ILoggerFactory Logging)
{
    /// <summary>Whether a commit could be made durable now; grains go on reading from memory while the store is away.</summary>
    public required Func<bool> IsStoreReachable { get; init; }

    /// <summary>The metrics page of the edge in this process; null when there is none.</summary>
    public Func<ReadOnlyMemory<byte>>? EdgeMetrics { get; init; }

    public AdminRouter Router { get; } = new(Schemas);

    /// <summary>What the edge of this process serves by; null where none runs.</summary>
    public Func<EdgeSnapshot>? EdgeSnapshot { get; init; }

    public required LogLevelOverride LogLevel { get; init; }

    /// <summary>Null when no issuer is named.</summary>
    public OidcTokens? Oidc { get; } = OidcTokens.Of(Settings.Admin, Time, Logging);

    /// <summary>Null when no file of them is named.</summary>
    public RevocationFile? Revocations { get; } = RevocationFile.Of(Settings.Admin, Time, Logging);

    public AdminConnections Connections { get; } = new();

    /// <summary>For processes and workspaces without an edge.</summary>
    public WorkspaceSnapshots Snapshots { get; } = new(Grains, Time);
}
