namespace Mesh.Abstractions.Reports;

/// <summary>Traffic of one subject over the last minute and the last hour.</summary>
[GenerateSerializer, Immutable, Alias("mesh.traffic-reading")]
public sealed record TrafficReading(TrafficSubject Subject, Guid Id, string? Address, TrafficWindow Minute, TrafficWindow Hour);

/// <summary>Sums over one window, with quantiles of the merged sketches.</summary>
/// <param name="Seconds">Length of the window.</param>
/// <param name="Edges">Edges that reported in the window.</param>
[GenerateSerializer, Immutable, Alias("mesh.traffic-window")]
public sealed record TrafficWindow(
    int Seconds,
    int Edges,
    long Requests,
    long[] Statuses,
    long Failures,
    long Retries,
    long BytesIn,
    long BytesOut,
    LatencySketch Latency,
    LatencySketch UpstreamLatency);
