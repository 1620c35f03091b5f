namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>A measurement of a bucket whose trace is kept, so that one can look at it.</summary>
/// <param name="TraceId">Hexadecimal, as is <paramref name="SpanId"/>.</param>
internal sealed record Exemplar(string TraceId, string SpanId, double Value, DateTimeOffset At);
