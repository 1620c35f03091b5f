using System.Diagnostics.Metrics;
using Mesh.Edge.Hosting;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>What can be read of an edge at any time: observed by exporters when they send.</summary>
internal sealed class EdgeGauges : IDisposable
{
    private readonly Meter meter = new(GatewaySignals.Name, MeshVersion.Current);

    /// <param name="revision">Revision that requests are served by.</param>
    /// <param name="problems">Entities of it that this edge cannot serve as they are.</param>
    /// <param name="inFlight">Requests under way.</param>
    /// <param name="connections">Open connections of clients.</param>
    /// <param name="streams">Streams under way.</param>
    /// <param name="dropped">Exchanges that were not counted because counting fell behind.</param>
    public EdgeGauges(Func<long> revision, Func<int> problems, Func<long> inFlight, Func<long> connections, Func<long> streams, Func<long> dropped)
    {
        meter.CreateObservableGauge("mesh.config.revision", revision, "{revision}", "Revision that requests are served by.");
        meter.CreateObservableGauge("mesh.config.problems", problems, "{problem}", "Entities of that revision that this edge cannot serve as they are.");
        meter.CreateObservableUpDownCounter("http.server.active_requests", inFlight, "{request}", "Requests under way.");
        meter.CreateObservableUpDownCounter("mesh.edge.connections", connections, "{connection}", "Open connections of clients.");
        meter.CreateObservableUpDownCounter("mesh.stream.active", streams, "{stream}", "Streams under way.");
        meter.CreateObservableCounter("mesh.telemetry.dropped", dropped, "{request}", "Exchanges that were not counted because counting fell behind.");
    }

    public void Dispose() => meter.Dispose();
}
