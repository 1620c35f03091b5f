using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Edge.Hosting;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>
/// The meter and the source of spans that the data plane has of its own. Nobody listens unless an exporter does, and then
/// nothing is measured. Names follow the stable HTTP conventions of OpenTelemetry where there is one.
/// </summary>
internal static class GatewaySignals
{
    public const string Name = "Mesh.Gateway";

    /// <summary>Seconds, as the HTTP conventions ask.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private static readonly Meter Meter = new(Name, MeshVersion.Current);

    public static ActivitySource Source { get; } = new(Name, MeshVersion.Current);

    public static Histogram<double> ServerDuration { get; } =
        Meter.CreateHistogram("http.server.request.duration", "s", "Time from a request to the end of its answer.", tags: null, Seconds);

    public static Histogram<double> ClientDuration { get; } =
        Meter.CreateHistogram("http.client.request.duration", "s", "Time of one try at a target, to the end of its answer.", tags: null, Seconds);

    public static Histogram<double> Overhead { get; } =
        Meter.CreateHistogram("mesh.gateway.overhead.duration", "s", "Time that a request spends in the gateway before it goes to its first target.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
        });

    public static Histogram<double> StreamDuration { get; } =
        Meter.CreateHistogram("mesh.stream.duration", "s", "Time from the beginning of a stream to its end.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.1, 1, 10, 60, 600, 3600, 36000],
        });

    public static Counter<long> StreamBytes { get; } =
        Meter.CreateCounter<long>("mesh.stream.io", "By", "Bytes of streams that have ended, from clients (receive) and to them (transmit).");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>("mesh.upstream.retries", "{retry}", "Tries after a request's first one.");
}
