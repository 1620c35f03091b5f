using BenchmarkDotNet.Attributes;
using Mesh.Benchmarks.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Telemetry.Exposition;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Mesh.Benchmarks.Telemetry;

/// <summary>What a request costs in signals: its measurements and spans, by who listens. Nobody reads in the meantime.</summary>
[MemoryDiagnoser]
public class MeasureBenchmark
{
    private Exchange exchange = null!;
    private IDisposable? first;
    private IDisposable? second;

    public enum Listening
    {
        Nobody,
        StatusPage,
        OpenTelemetryMetrics,
        OpenTelemetryTraces,
        OpenTelemetryTracesOnePercent,
        StatusPageAndOpenTelemetryMetrics,
    }

    [ParamsAllValues]
    public Listening Listener { get; set; }

    [GlobalSetup]
    public void Build()
    {
        EdgeSnapshot snapshot = Documents.Compile(Documents.Compiler(), [Documents.ServiceDocument(), Documents.Route(0)]);
        exchange = Exchanges.Create(snapshot);
        exchange.Http.Request.Protocol = "HTTP/1.1";
        exchange.UpstreamStartedAt = exchange.StartedAt + 1000;
        RootChoice.Set(Listener == Listening.OpenTelemetryTracesOnePercent ? 0.01 : double.NaN);
        first = Listener is Listening.StatusPage or Listening.StatusPageAndOpenTelemetryMetrics
            ? new MetricsCollector(ProcessMeters.Names, TimeProvider.System, NullLogger<MetricsCollector>.Instance) : null;
        second = Listener switch
        {
            Listening.OpenTelemetryMetrics or Listening.StatusPageAndOpenTelemetryMetrics => Sdk.CreateMeterProviderBuilder()
                .AddMeter([.. ProcessMeters.Names]).SetExemplarFilter(ExemplarFilterType.TraceBased).AddReader(new BaseExportingMetricReader(new Nowhere())).Build(),
            Listening.OpenTelemetryTraces => Traces(1),
            Listening.OpenTelemetryTracesOnePercent => Traces(0.01),
            _ => null,
        };
    }

    [GlobalCleanup]
    public void End()
    {
        first?.Dispose();
        second?.Dispose();
    }

    [Benchmark]
    public void Request()
    {
        RequestSignals.Begin(exchange);
        RequestSignals.End(exchange);
        exchange.Span = null;
        exchange.BeginsUnsampledTrace = false;
    }

    private static TracerProvider Traces(double share) => Sdk.CreateTracerProviderBuilder()
        .AddSource(GatewaySignals.Name).SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(share))).Build();

    private sealed class Nowhere : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
