using System.Buffers;
using System.Globalization;
using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>The answer to a scrape: Kong's metrics with its names, labels and help, then what the process' own instruments have.</summary>
internal sealed class MetricsPage(MetricsRegistry registry)
{
    private readonly UpstreamHealthPart health = new();

    /// <param name="instruments">Writes what is beside Kong's.</param>
    public ReadOnlyMemory<byte> Write(NodeReading node, ExpositionFormat format, Action<ExpositionWriter>? instruments = null)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        var page = new ExpositionWriter(buffer, format);
        RouteSeries[] routes = [.. registry.Routes.OrderBy(route => route.Service, StringComparer.Ordinal).ThenBy(route => route.Route, StringComparer.Ordinal)];
        WriteBandwidth(page, routes, node.Workspace);
        Gauge(page, "kong_control_plane_connected", "Kong connected to control plane, 0 is unconnected", node.ControlPlaneConnected ? 1 : 0);
        Gauge(page, "kong_datastore_reachable", "Datastore reachable from Kong, 0 is unreachable", node.ControlPlaneConnected ? 1 : 0);
        RouteSeries[] requests = [.. routes.Where(route => !route.IsStream)];
        RouteSeries[] streams = [.. routes.Where(route => route.IsStream)];
        WriteStatuses(page, requests, node.Workspace);
        WriteLatency(page, LatencyHistogram.Kong, routes, node.Workspace);
        WriteConnections(page, node);
        Gauge(page, "kong_node_info", "Kong Node metadata information", 1, ("node_id", node.NodeId), ("version", node.Version));
        WriteLatency(page, LatencyHistogram.Request, requests, node.Workspace);
        WriteLatency(page, LatencyHistogram.Session, streams, node.Workspace);
        WriteSessions(page, streams, node.Workspace);
        WriteLatency(page, LatencyHistogram.Upstream, requests, node.Workspace);
        health.Write(page, node.Snapshot);
        instruments?.Invoke(page);
        page.End();
        return buffer.WrittenMemory;
    }

    public static void Gauge(ExpositionWriter page, string name, string help, double value, params ReadOnlySpan<(string, string)> labels)
    {
        page.Family(name, help, "gauge");
        page.Sample(name, value, labels);
    }

    private static void WriteConnections(ExpositionWriter page, NodeReading node)
    {
        const string name = "kong_nginx_connections_total";
        page.Family(name, "Number of connections by subsystem", "gauge");
        foreach ((string state, long value) in new[]
        {
            ("accepted", node.Accepted),
            ("handled", node.Accepted),
            ("total", node.TotalRequests),
            ("active", node.Active),
            ("reading", 0),
            ("writing", node.InFlight),
            ("waiting", Math.Max(0, node.Active - node.InFlight)),
        })
        {
            page.Sample(name, value, ("node_id", node.NodeId), ("subsystem", "http"), ("state", state));
        }

        foreach ((string state, long value) in new[]
        {
            ("accepted", node.StreamsAccepted),
            ("handled", node.StreamsAccepted),
            ("total", node.StreamsAccepted),
            ("active", node.StreamsActive),
            ("reading", 0),
            ("writing", node.StreamsActive),
            ("waiting", 0),
        })
        {
            page.Sample(name, value, ("node_id", node.NodeId), ("subsystem", "stream"), ("state", state));
        }

        Gauge(page, "kong_nginx_requests_total", "Number of requests total", node.TotalRequests, ("node_id", node.NodeId), ("subsystem", "http"));
    }

    private void WriteStatuses(ExpositionWriter page, RouteSeries[] routes, string workspace)
    {
        const string name = "kong_http_requests_total";
        bool begun = false;
        foreach (RouteSeries route in routes)
        {
            foreach (ConsumerSeries consumer in route.Consumers)
            {
                foreach ((StatusKey status, int slot) in consumer.Statuses)
                {
                    Begin(page, ref begun, name, "HTTP status codes per consumer/service/route in Kong", "counter");
                    page.Sample(
                        name,
                        registry.Bank.Sum(slot),
                        ("service", route.Service),
                        ("route", route.Route),
                        ("code", status.Code.ToString(CultureInfo.InvariantCulture)),
                        ("source", status.FromUpstream ? "service" : "kong"),
                        ("workspace", workspace),
                        ("consumer", consumer.Consumer));
                }
            }
        }
    }

    private void WriteSessions(ExpositionWriter page, RouteSeries[] routes, string workspace)
    {
        const string name = "kong_stream_sessions_total";
        bool begun = false;
        foreach (RouteSeries route in routes)
        {
            foreach ((StatusKey status, int slot) in route.Anyone.Statuses)
            {
                Begin(page, ref begun, name, "Stream status codes per service/route in Kong", "counter");
                page.Sample(
                    name,
                    registry.Bank.Sum(slot),
                    ("service", route.Service),
                    ("route", route.Route),
                    ("code", status.Code.ToString(CultureInfo.InvariantCulture)),
                    ("source", status.FromUpstream ? "service" : "kong"),
                    ("workspace", workspace));
            }
        }
    }

    private void WriteBandwidth(ExpositionWriter page, RouteSeries[] routes, string workspace)
    {
        const string name = "kong_bandwidth_bytes";
        bool begun = false;
        foreach (RouteSeries route in routes)
        {
            foreach (ConsumerSeries consumer in route.Consumers.Where(consumer => consumer.BandwidthSlots >= 0))
            {
                Begin(page, ref begun, name, "Total bandwidth (ingress/egress) throughput in bytes", "counter");
                Direction("ingress", consumer.BandwidthSlots);
                Direction("egress", consumer.BandwidthSlots + 1);

                void Direction(string direction, int slot) => page.Sample(
                    name,
                    registry.Bank.Sum(slot),
                    ("service", route.Service),
                    ("route", route.Route),
                    ("direction", direction),
                    ("workspace", workspace),
                    ("consumer", consumer.Consumer));
            }
        }
    }

    private void WriteLatency(ExpositionWriter page, LatencyHistogram metric, RouteSeries[] routes, string workspace)
    {
        bool begun = false;
        foreach (RouteSeries route in routes)
        {
            if (route.LatencySlots is var first && first < 0)
            {
                continue;
            }

            Begin(page, ref begun, metric.Name, metric.Help, "histogram");
            long count = 0;
            for (int bucket = 0; bucket <= metric.Bounds.Length; bucket++)
            {
                count += registry.Bank.Sum(first + metric.Offset + bucket);
                string bound = page.Bound(bucket < metric.Bounds.Length ? metric.Bounds[bucket] : double.PositiveInfinity);
                page.Sample(metric.Name + "_bucket", count, ("service", route.Service), ("route", route.Route), ("workspace", workspace), ("le", bound));
            }

            page.Sample(metric.Name + "_count", count, ("service", route.Service), ("route", route.Route), ("workspace", workspace));
            page.Sample(metric.Name + "_sum", registry.Bank.Sum(first + metric.Sum) / 1000.0, ("service", route.Service), ("route", route.Route), ("workspace", workspace));
        }
    }

    /// <summary>A family without samples is left out.</summary>
    private static void Begin(ExpositionWriter page, ref bool begun, string name, string help, string type)
    {
        if (!begun)
        {
            page.Family(name, help, type);
            begun = true;
        }
    }
}
