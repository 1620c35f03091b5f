using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>
/// The log plugins that the requests of one place meet. Chosen among by the same precedence as the others, but when the
/// answer has ended: what a plugin answered in the middle of the chain is logged like anything else.
/// </summary>
internal sealed class LogChain
{
    private static readonly RequestProtocols[] Protocols =
        [RequestProtocols.Http, RequestProtocols.Https, RequestProtocols.Grpc, RequestProtocols.Grpcs];

    private readonly PluginScopes scopes;

    /// <summary>By the place of the protocol in <see cref="Protocols"/>.</summary>
    private readonly Choice[][] choices;

    private LogChain(in PluginScopes scopes, Choice[][] choices)
    {
        this.scopes = scopes;
        this.choices = choices;
    }

    /// <summary>Null when there are no log plugins.</summary>
    public static LogChain? Fold(in PluginScopes scopes, PluginCatalog catalog)
    {
        PluginScopes known = scopes;
        string[] names = [.. PluginChain.Order(scopes, catalog).Where(name => catalog.FindPlugin(name) is ILogPlugin)];
        return names.Length == 0 ? null : new LogChain(scopes, [.. Protocols.Select(protocol => names.Select(name => Of(name, protocol)).ToArray())]);

        Choice Of(string name, RequestProtocols protocol) => new(name, PluginChain.HasConsumers(known, name), PluginChain.Choose(known, name, protocol));
    }

    public void Run(Exchange exchange)
    {
        RequestProtocols protocol = RequestProtocol.Of(exchange);
        foreach (Choice choice in choices[Array.IndexOf(Protocols, protocol)])
        {
            PlacedPlugin? plugin = choice.DependsOnConsumer && exchange.Consumer is { } consumer
                ? PluginChain.Choose(scopes, exchange.Snapshot.Plugins, choice.Name, consumer.Id, exchange.Route?.Id, exchange.Service?.Id, protocol)
                : choice.WithoutConsumer;
            plugin?.Log?.Invoke(exchange);
        }
    }

    /// <param name="WithoutConsumer">The instance that runs for nobody in particular; null when none does.</param>
    private readonly record struct Choice(string Name, bool DependsOnConsumer, PlacedPlugin? WithoutConsumer);
}
