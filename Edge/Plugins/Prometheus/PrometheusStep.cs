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
            Latencies latencies = Latencies.Of(exchange);
            CountTime(series, latencies.Kong, latencies.Request, latencies.Proxy);
        }
    }

    internal void CountBytes(RouteSeries series, string consumer, long ingress, long egress)
    {
        if (series.For(consumer)?.TryAddBandwidth(ingress, egress) != true)
        {
            registry.OtherOf(series).Anyone.TryAddBandwidth(ingress, egress);
        }
    }

    /// <param name="whole">Of the request or stream.</param>
    /// <param name="upstream">Null where none answered.</param>
    internal void CountTime(RouteSeries series, TimeSpan kong, TimeSpan whole, TimeSpan? upstream)
    {
        int first = series.TakeLatencySlots();
        if (first < 0)
        {
            first = registry.OtherOf(series).TakeLatencySlots();
        }

        LatencyHistogram.Request.Observe(registry.Bank, first, whole);
        LatencyHistogram.Kong.Observe(registry.Bank, first, kong);
        if (upstream is { } waited)
        {
            LatencyHistogram.Upstream.Observe(registry.Bank, first, waited);
        }
    }
}
