using Mesh.Abstractions.Reports;
using Mesh.Edge.Balancing;
using Mesh.Edge.Consumers;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Streams.Routing;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Configuration;

/// <summary>
/// Everything that requests are served by, at one revision. Immutable: a request reads the current snapshot once and
/// keeps it to its end; a change makes a new one that shares what did not change.
/// </summary>
internal sealed class EdgeSnapshot
{
    /// <summary>False before the first configuration: what is not found then may exist all the same.</summary>
    public bool IsConfigured { get; init; } = true;

    public required long Revision { get; init; }
    public required EntityStore Entities { get; init; }
    public required RouteTable Routes { get; init; }
    public StreamRouteTable StreamRoutes { get; init; } = StreamRouteTable.Empty;
    public ServiceTable Services { get; init; } = ServiceTable.Empty;
    public required UpstreamTable Upstreams { get; init; }
    public required PluginTable Plugins { get; init; }
    public required ConsumerIndex Consumers { get; init; }
    public required CertificateTable Certificates { get; init; }

    /// <summary>Entities of this revision that are not served, with the reason.</summary>
    public required IReadOnlyList<ApplyProblem> Problems { get; init; }
}
