using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;

namespace Mesh.Edge.Explain;

/// <summary>The plugins that a request meets: which instance of each name, and which others were configured.</summary>
internal static class PluginReading
{
    public static Explanation Add(Explanation begun, Exchange exchange, Guid? consumer)
    {
        PluginTable table = exchange.Snapshot.Plugins;
        PluginScopes scopes = table.ScopesOf(exchange.Route!.Id, exchange.Service?.Id);
        RequestProtocols protocol = RequestProtocol.Of(exchange);
        List<ExplainedPlugin> run = [];
        List<ExplainedIdlePlugin> idle = [];
        foreach (string name in table.Order(scopes))
        {
            PlacedPlugin? chosen = PluginChain.Choose(scopes, table, name, consumer, exchange.Route.Id, exchange.Service?.Id, protocol);
            ExplainedLostPlugin[] others =
            [
                .. table.Instances(name, consumer, exchange.Route.Id, exchange.Service?.Id)
                    .Where(instance => instance != chosen)
                    .Select(instance => Lost(instance, protocol)),
            ];
            bool depends = PluginChain.HasConsumers(scopes, name);
            if (chosen is null)
            {
                idle.Add(new(name, others.Length == 0 ? "configured for single consumers only" : others[0].Reason, others));
            }
            else if (chosen is { OnlyLogs: true, Refusal: { } reason })
            {
                idle.Add(new(name, $"left out: {reason}", others));
            }
            else
            {
                run.Add(new(
                    name, chosen.Entity.Id, chosen.Entity.InstanceName, chosen.Priority, ScopeOf(chosen), chosen.Refusal, depends, others));
            }
        }

        return begun with { Plugins = run, IdlePlugins = idle };
    }

    private static ExplainedLostPlugin Lost(PlacedPlugin instance, RequestProtocols protocol) => new(
        instance.Entity.Id,
        instance.Entity.InstanceName,
        ScopeOf(instance),
        (instance.Protocols & protocol) != 0 ? "less specific scope" : $"its protocols do not list {protocol.ToString().ToLowerInvariant()}");

    private static string ScopeOf(PlacedPlugin plugin)
    {
        string scope = string.Join('+', new[]
        {
            plugin.Entity.Consumer is null ? null : "consumer",
            plugin.Entity.Route is null ? null : "route",
            plugin.Entity.Service is null ? null : "service",
        }.OfType<string>());
        return scope.Length == 0 ? "global" : scope;
    }
}
