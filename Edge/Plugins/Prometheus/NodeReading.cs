using Mesh.Edge.Configuration;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>What an edge tells of itself in a scrape.</summary>
internal sealed record NodeReading(
    string NodeId,
    string Version,
    string Workspace,
    bool ControlPlaneConnected,
    long Accepted,
    long Active,
    long InFlight,
    long TotalRequests,
    EdgeSnapshot Snapshot,
    long StreamsAccepted = 0,
    long StreamsActive = 0);
