using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Telemetry;

/// <summary>The running sums of one subject between two reports.</summary>
internal sealed class TrafficAccumulator
{
    private readonly SketchAccumulator latency = new();
    private readonly SketchAccumulator upstream = new();
    private readonly long[] statuses = new long[5];
    private long requests;
    private long failures;
    private long retries;
    private long bytesIn;
    private long bytesOut;

    public int LastEmission { get; set; }

    public bool IsEmpty => requests == 0;

    public void Add(in TrafficRecord record)
    {
        requests++;
        statuses[Math.Clamp(record.Status / 100, 1, 5) - 1]++;
        failures += record.Failed ? 1 : 0;
        retries += record.Retries;
        bytesIn += record.BytesIn;
        bytesOut += record.BytesOut;
        if (!record.Try)
        {
            latency.Add(record.LatencyMicroseconds);
        }

        if (record.UpstreamMicroseconds >= 0)
        {
            upstream.Add(record.UpstreamMicroseconds);
        }
    }

    /// <summary>The sample so far; starts again from nothing.</summary>
    public TrafficSample Take(TrafficSubject subject, Guid id, string? address)
    {
        var sample = new TrafficSample(subject, id, address, requests, [.. statuses], failures, retries, bytesIn, bytesOut, latency.Take(), upstream.Take());
        requests = failures = retries = bytesIn = bytesOut = 0;
        Array.Clear(statuses);
        return sample;
    }
}
