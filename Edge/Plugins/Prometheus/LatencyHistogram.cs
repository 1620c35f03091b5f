using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>The buckets of one latency metric and where its counters stand among those of a series.</summary>
/// <param name="Offset">Of the first counter. Behind one counter a bucket and one for all above stands the sum of microseconds.</param>
/// <param name="Bounds">Upper bounds in milliseconds, Kong's.</param>
internal sealed record LatencyHistogram(string Name, string Help, int Offset, int[] Bounds)
{
    private static readonly int[] KongBounds = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000];
    private static readonly int[] UpstreamBounds = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000];

    public static LatencyHistogram Kong { get; } = new(
        "kong_kong_latency_ms", "Latency added by Kong and enabled plugins for each service/route in Kong", 0, KongBounds);

    public static LatencyHistogram Upstream { get; } = new(
        "kong_upstream_latency_ms", "Latency added by upstream response for each service/route in Kong", Kong.End, UpstreamBounds);

    public static LatencyHistogram Request { get; } = new(
        "kong_request_latency_ms", "Total latency incurred during requests for each service/route in Kong", Upstream.End, UpstreamBounds);

    /// <summary>Of streams: it takes the place that <see cref="Request"/> has for requests.</summary>
    public static LatencyHistogram Session { get; } = Request with
    {
        Name = "kong_session_duration_ms",
        Help = "latency occurring in stream session for each service/route in Kong",
    };

    /// <summary>Counters of all three.</summary>
    public static int AllSlots { get; } = Request.End;

    public int Sum => Offset + Bounds.Length + 1;

    private int End => Sum + 1;

    /// <param name="first">First counter of the series.</param>
    public void Observe(SlotBank bank, int first, TimeSpan value)
    {
        double milliseconds = value.TotalMilliseconds;
        int bucket = 0;
        while (bucket < Bounds.Length && milliseconds > Bounds[bucket])
        {
            bucket++;
        }

        bank.Add(first + Offset + bucket, 1);
        bank.Add(first + Sum, (long)value.TotalMicroseconds);
    }
}
