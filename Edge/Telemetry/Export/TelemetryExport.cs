using System.Collections;
using Mesh.Edge.Settings;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mesh.Edge.Telemetry.Export;

/// <summary>
/// Sends spans, measurements and logs of the process by OTLP, over gRPC or HTTP, as OpenTelemetry's variables say. Without an
/// endpoint there is none of this, and nobody listens to what the request path could tell.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>Series of one instrument: labels of routes, times methods and statuses.</summary>
    private const int MaxSeries = 20_000;

    private static readonly string[] Sources = [GatewaySignals.Name, "Mesh.Admin", "Mesh.Log", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime"];

    private readonly ServiceProvider services;

    private TelemetryExport(ServiceProvider services, ExportedSignals signals, Action<ResourceBuilder> describe)
    {
        this.services = services;
        Signals = signals;
        Describe = describe;

        // Resolving starts them.
        services.GetService<MeterProvider>();
        services.GetService<TracerProvider>();
    }

    public ExportedSignals Signals { get; }

    private Action<ResourceBuilder> Describe { get; }

    /// <param name="service"><c>mesh-edge</c> or <c>mesh</c>.</param>
    /// <returns>Null when no endpoint is configured.</returns>
    public static TelemetryExport? Start(string service, EdgeSettings settings)
    {
        IDictionary environment = Environment.GetEnvironmentVariables();
        ExportedSignals signals = ExportedSignals.Read(environment);
        if (!signals.Any)
        {
            return null;
        }

        void Describe(ResourceBuilder resource) => ProcessResource.Describe(resource, service, settings, environment);
        ServiceCollection collection = new();
        OpenTelemetryBuilder builder = collection.AddOpenTelemetry().ConfigureResource(Describe);
        if (signals.Metrics)
        {
            builder.WithMetrics(metrics => metrics
                .AddMeter([.. ProcessMeters.Names])
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddView(instrument => ProcessMeters.LeftOut.Contains(instrument.Name) ? MetricStreamConfiguration.Drop : null)
                .AddView("http.*", new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
                .AddOtlpExporter());
        }

        if (signals.Traces)
        {
            TraceSampling? sampling = TraceSampling.Read(environment);
            builder.WithTracing(traces => Sampled(traces, sampling).AddSource(Sources).AddOtlpExporter());
            RootChoice.Set(sampling?.RootShare ?? double.NaN);
        }

        return new TelemetryExport(collection.BuildServiceProvider(), signals, Describe);
    }

    /// <summary>Adds the way of the log records.</summary>
    public void AddTo(ILoggingBuilder logging)
    {
        if (Signals.Logs)
        {
            logging.AddOpenTelemetry(options =>
            {
                ResourceBuilder resource = ResourceBuilder.CreateEmpty();
                Describe(resource);
                options.SetResourceBuilder(resource);
                options.IncludeFormattedMessage = true;
                options.AddOtlpExporter();
            });
        }
    }

    /// <summary>What is still to be sent is sent, within the exporters' own time limit.</summary>
    public void Dispose() => services.Dispose();

    private static TracerProviderBuilder Sampled(TracerProviderBuilder traces, TraceSampling? sampling) =>
        sampling is null ? traces : traces.SetSampler(new ParentBasedSampler(new RootSampler(sampling.RootShare)));
}
