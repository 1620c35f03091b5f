namespace Mesh.Edge.Hosting;

internal enum EdgePhase
{
    Starting,
    Serving,

    /// <summary>No new connections; what is in flight finishes.</summary>
    Draining,
}
