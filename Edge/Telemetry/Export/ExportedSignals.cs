using System.Collections;

namespace Mesh.Edge.Telemetry.Export;

/// <summary>
/// Which signals leave this process by OTLP. OpenTelemetry's own variables say so, and where and how: nothing is exported
/// unless an endpoint is named.
/// </summary>
internal sealed record ExportedSignals(bool Traces, bool Metrics, bool Logs)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Disabled = "OTEL_SDK_DISABLED";

    public bool Any => Traces || Metrics || Logs;

    /// <param name="environment">As <see cref="Environment.GetEnvironmentVariables()"/>.</param>
    public static ExportedSignals Read(IDictionary environment)
    {
        bool Has(string name) => environment[name] is string { Length: > 0 };
        bool Exports(string signal) =>
            (Has(Endpoint) || Has($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"))
            && !string.Equals(environment[$"OTEL_{signal}_EXPORTER"] as string, "none", StringComparison.OrdinalIgnoreCase);
        return string.Equals(environment[Disabled] as string, "true", StringComparison.OrdinalIgnoreCase)
            ? new ExportedSignals(false, false, false)
            : new ExportedSignals(Exports("TRACES"), Exports("METRICS"), Exports("LOGS"));
    }

    /// <summary>Where they go to; none when nothing is exported.</summary>
    /// <param name="environment"><inheritdoc cref="Read" path="/param"/></param>
    public static Uri[] Collectors(IDictionary environment) => !Read(environment).Any ? [] :
    [
        .. new[] { Endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT" }
            .Select(name => Uri.TryCreate(environment[name] as string, UriKind.Absolute, out Uri? url) && url.Host.Length > 0 ? url : null)
            .OfType<Uri>(),
    ];
}
