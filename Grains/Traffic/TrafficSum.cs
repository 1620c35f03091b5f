using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Traffic;

/// <summary>A sum of samples of one subject.</summary>
internal sealed class TrafficSum
{
    private readonly long[] statuses = new long[5];
    private readonly SketchSum latency = new();
    private readonly SketchSum upstream = new();
    private readonly HashSet<Guid> edges = [];
    private long requests;
    private long failures;
    private long retries;
    private long bytesIn;
    private long bytesOut;

    public void Add(Guid edge, TrafficSample sample)
    {
        edges.Add(edge);
        requests += sample.Requests;
        failures += sample.Failures;
        retries += sample.Retries;
        bytesIn += sample.BytesIn;
        bytesOut += sample.BytesOut;
        AddStatuses(sample.Statuses);
        latency.Add(sample.Latency);
        upstream.Add(sample.UpstreamLatency);
    }

    public void Add(TrafficSum other)
    {
        edges.UnionWith(other.edges);
        requests += other.requests;
        failures += other.failures;
        retries += other.retries;
        bytesIn += other.bytesIn;
        bytesOut += other.bytesOut;
        AddStatuses(other.statuses);
        latency.Add(other.latency.ToSketch());
        upstream.Add(other.upstream.ToSketch());
    }

    /// <summary>Adds a window of another grain's reading; its edges are told apart by the caller.</summary>
    public void Add(Guid edge, TrafficWindow window)
    {
        if (window.Requests == 0)
        {
            return;
        }

        Add(edge, new TrafficSample(
            TrafficSubject.Edge,
            edge,
            null,
            window.Requests,
            window.Statuses,
            window.Failures,
            window.Retries,
            window.BytesIn,
            window.BytesOut,
            window.Latency,
            window.UpstreamLatency));
    }

    public TrafficWindow ToWindow(int seconds) => new(
        seconds,
        edges.Count,
        requests,
        [.. statuses],
        failures,
        retries,
        bytesIn,
        bytesOut,
        latency.ToSketch(),
        upstream.ToSketch());

    private void AddStatuses(long[] added)
    {
        // A newer edge may send more classes than this silo knows.
        for (int i = 0; i < Math.Min(statuses.Length, added.Length); i++)
        {
            statuses[i] += added[i];
        }
    }
}
