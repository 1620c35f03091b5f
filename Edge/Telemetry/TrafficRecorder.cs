using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Telemetry;

/// <summary>Counts finished exchanges per core; folded once a second into the edge's report.</summary>
internal sealed class TrafficRecorder
{
    /// <summary>Called once per exchange, on the request path: allocates nothing in steady state and takes no lock.</summary>
    public void Record(Exchange exchange) => throw new NotImplementedException();
}
