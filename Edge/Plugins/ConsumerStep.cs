using System.Collections.Concurrent;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins;

/// <summary>
/// Chooses the instance of one plugin name when some instances are for single consumers: who the consumer is is known only
/// after the authentication plugins ran. The instances are looked up in the request's own snapshot.
/// </summary>
/// <param name="name">Plugin name.</param>
/// <param name="onRouteAndService">The instance on route and service, which stands between the consumers' ones; null when there is none.</param>
/// <param name="general">The instance on route, service or everything, or <paramref name="next"/> when there is none.</param>
/// <param name="next">The rest of the chain.</param>
internal sealed class ConsumerStep(string name, RequestStep? onRouteAndService, RequestStep general, RequestStep next)
{
    /// <summary>Consumers whose step is kept ready; beyond that all are forgotten and made again as they come.</summary>
    private const int MaxKeptSteps = 4096;

    private readonly ConcurrentDictionary<PlacedPlugin, RequestStep> kept = new(ReferenceEqualityComparer.Instance);
    private int keptCount;

    public ValueTask Run(Exchange exchange)
    {
        if (exchange.Consumer is not { } consumer)
        {
            return (onRouteAndService ?? general)(exchange);
        }

        PluginTable table = exchange.Snapshot.Plugins;
        RequestProtocols protocol = RequestProtocol.Of(exchange);
        if (table.FindOnRouteOrService(name, consumer.Id, exchange.Route?.Id, exchange.Service?.Id, protocol) is { } scoped)
        {
            return StepOf(scoped)(exchange);
        }

        if (onRouteAndService is not null)
        {
            return onRouteAndService(exchange);
        }

        return table.FindOnConsumer(name, consumer.Id, protocol) is { } own ? StepOf(own)(exchange) : general(exchange);
    }

    private RequestStep StepOf(PlacedPlugin plugin)
    {
        if (kept.TryGetValue(plugin, out RequestStep? step))
        {
            return step;
        }

        if (Interlocked.Increment(ref keptCount) > MaxKeptSteps)
        {
            kept.Clear();
            Volatile.Write(ref keptCount, 0);
        }

        return kept.GetOrAdd(plugin, static (placed, rest) => placed.Build(rest), next);
    }
}
