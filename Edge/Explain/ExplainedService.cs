namespace Mesh.Edge.Explain;

/// <param name="Retries">Further tries after the first has failed.</param>
/// <param name="RetriedWhen">What a try may fail of to be followed by another.</param>
internal sealed record ExplainedService(
    Guid Id, string? Name, string Protocol, string Host, int Port, string? Path, int Retries, string RetriedWhen, ExplainedTimeouts Timeouts);
