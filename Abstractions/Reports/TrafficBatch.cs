namespace Mesh.Abstractions.Reports;

/// <summary>What passed at one edge in one interval for the subjects of one shard.</summary>
/// <param name="Second">Unix time of the interval's start, seconds.</param>
[GenerateSerializer, Immutable, Alias("mesh.traffic-batch")]
public sealed record TrafficBatch(int Shard, long Second, TrafficSample[] Samples);

public enum TrafficSubject
{
    Route,
    Service,

    /// <summary>A target of an upstream; <see cref="TrafficSample.Id"/> is the upstream, <see cref="TrafficSample.Address"/> the target.</summary>
    Target,

    /// <summary>Everything that entered one edge; <see cref="TrafficSample.Id"/> is the edge.</summary>
    Edge,
}

/// <summary>Counts of one subject in one interval. Mergeable: the sum of two samples is a sample.</summary>
/// <param name="Statuses">Answers by class: 1xx, 2xx, 3xx, 4xx, 5xx.</param>
/// <param name="Requests">Exchanges; for a target every try, also one that was followed by another elsewhere.</param>
/// <param name="Failures">Answers that Mesh itself made because the upstream failed (connect, timeout, broken answer); for a target every failed try.</param>
/// <param name="Retries">Further tries after a first one.</param>
/// <param name="BytesIn">Request body bytes.</param>
/// <param name="BytesOut">Response body bytes.</param>
/// <param name="Latency">Whole duration, microseconds.</param>
/// <param name="UpstreamLatency">Until the upstream's response headers, microseconds.</param>
[GenerateSerializer, Immutable, Alias("mesh.traffic-sample")]
public sealed record TrafficSample(
    TrafficSubject Subject,
    Guid Id,
    string? Address,
    long Requests,
    long[] Statuses,
    long Failures,
    long Retries,
    long BytesIn,
    long BytesOut,
    LatencySketch Latency,
    LatencySketch UpstreamLatency);
