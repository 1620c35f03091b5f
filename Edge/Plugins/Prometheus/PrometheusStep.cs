using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>Counts one ended exchange. Requests that no route took have no labels to stand under and are not counted, as in Kong.</summary>
internal sealed class PrometheusStep(PrometheusSettings settings, MetricsRegistry registry)
{
    public void Run(Exchange exchange)
    {
        if (exchange.Route is not { } route)
        {
            return;
        }

        RouteSeries series = registry.For(exchange.Service, route);
        string consumer = settings.PerConsumer ? exchange.Consumer?.Username ?? "" : "";
        if (settings.StatusCodeMetrics)
        {
            var status = new StatusKey(exchange.Http.Response.StatusCode, exchange.FromUpstream);
            if (series.For(consumer)?.TryCount(status) != true)
            {
                registry.Other.Anyone.TryCount(status);
            }
        }

        if (settings.BandwidthMetrics)
        {
            CountBytes(series, consumer, MessageSize.OfRequest(exchange), MessageSize.OfResponse(exchange));
        }

        if (settings.LatencyMetrics)
        {
            CountTime(series, Latencies.Of(exchange));
        }
    }

    internal void CountBytes(RouteSeries series, string consumer, long ingress, long egress)
    {
        if (series.For(consumer)?.TryAddBandwidth(ingress, egress) != true)
        {
            registry.Other.Anyone.TryAddBandwidth(ingress, egress);
        }
    }

    internal void CountTime(RouteSeries series, in Latencies latencies)
    {
        int first = series.TakeLatencySlots();
        if (first < 0)
        {
            first = registry.Other.TakeLatencySlots();
        }

        LatencyHistogram.Request.Observe(registry.Bank, first, latencies.Request);
        LatencyHistogram.Kong.Observe(registry.Bank, first, latencies.Kong);
        if (latencies.Proxy is { } upstream)
        {
            LatencyHistogram.Upstream.Observe(registry.Bank, first, upstream);
        }
    }
}
