using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Streams;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>Counts one ended stream. Streams that no route took have no labels to stand under and are not counted, as in Kong.</summary>
internal sealed class PrometheusStreamStep(PrometheusSettings settings, MetricsRegistry registry)
{
    private readonly PrometheusStep counts = new(settings, registry);

    public void Run(StreamExchange exchange)
    {
        if (exchange.Route is not { } route)
        {
            return;
        }

        RouteSeries series = registry.For(exchange.Service, route, isStream: true);
        if (settings.StatusCodeMetrics)
        {
            var status = new StatusKey(exchange.Status, exchange.ReachedUpstream);
            if (!series.Anyone.TryCount(status))
            {
                registry.OtherStreams.Anyone.TryCount(status);
            }
        }

        if (settings.BandwidthMetrics)
        {
            counts.CountBytes(series, "", exchange.Received, exchange.Sent);
        }

        if (settings.LatencyMetrics)
        {
            counts.CountTime(series, StreamLog.KongLatency(exchange), StreamLog.SessionLatency(exchange), upstream: null);
        }
    }
}
