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
}
