using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.Prometheus;

internal sealed record PrometheusSettings
{
    public const string Name = "prometheus";

    public static PluginSchema Schema { get; } = new()
    {
        Name = Name,
        Version = ConfigFields.Version,
        Priority = 13,
        Protocols = ConfigFields.AllProtocols,
        DefaultProtocols = ConfigFields.HttpProtocols,
        Config =
        [
            Switch("per_consumer") with { Description = "Tell consumers apart in kong_http_requests_total and kong_bandwidth_bytes." },
            Switch("status_code_metrics") with { Description = "Count requests by status: kong_http_requests_total." },
            Switch("ai_metrics") with { Description = "Known from Kong; Mesh has no AI plugins to measure." },
            Switch("latency_metrics") with { Description = "kong_kong_latency_ms, kong_upstream_latency_ms and kong_request_latency_ms." },
            Switch("bandwidth_metrics") with { Description = "kong_bandwidth_bytes." },
            Switch("upstream_health_metrics") with { Description = "kong_upstream_target_health, of all upstreams once any instance asks for it." },
            Switch("wasm_metrics") with { Description = "Known from Kong; Mesh runs no Wasm filters." },
        ],
    };

    public bool PerConsumer { get; init; }
    public bool StatusCodeMetrics { get; init; }
    public bool LatencyMetrics { get; init; }
    public bool BandwidthMetrics { get; init; }

    private static Field Switch(string name) => Field.Boolean(name) with { Default = "false" };
}
