using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins;

/// <summary>
/// Folds the plugins that a request meets into one step. Of each name one instance runs, by Kong's precedence:
/// consumer+route+service, consumer+route, consumer+service, route+service, consumer, route, service, global.
/// </summary>
internal static class PluginChain
{
    private static readonly RequestProtocols[] Protocols =
        [RequestProtocols.Http, RequestProtocols.Https, RequestProtocols.Grpc, RequestProtocols.Grpcs];

    public static RequestStep Fold(in PluginScopes scopes, PluginCatalog catalog, RequestStep forward)
    {
        string[] order = [.. Order(scopes, catalog).Where(name => catalog.FindPlugin(name) is not ILogPlugin)];
        if (Places(scopes).All(place => place.Plugins.Values.All(plugin => (plugin.Protocols & RequestProtocols.All) == RequestProtocols.All)))
        {
            return Fold(scopes, order, forward, RequestProtocols.All);
        }

        // An instance that does not stand on the request's protocol counts as absent: the next less specific one runs.
        PluginScopes known = scopes;
        return new ProtocolStep([.. Protocols.Select(protocol => Fold(known, order, forward, protocol))]).Run;
    }

    /// <summary>Names of all plugins that the scopes have, in the order in which they run.</summary>
    public static string[] Order(in PluginScopes scopes, PluginCatalog catalog) =>
    [
        .. Places(scopes).SelectMany(place => place.Plugins.Keys.Concat(place.ConsumerNames))
            .Distinct()
            .OrderByDescending(name => PlacedPlugin.PriorityOf(catalog, name))
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    /// <summary>The instance of a name that the folded chain runs; null when it runs none.</summary>
    /// <param name="consumer">Null while there is none.</param>
    public static PlacedPlugin? Choose(
        in PluginScopes scopes, PluginTable table, string name, Guid? consumer, Guid? route, Guid? service, RequestProtocols protocol)
    {
        PlacedPlugin? onRouteAndService = Find(scopes.RouteAndService, name, protocol);
        PlacedPlugin? general = Find(scopes.Route, name, protocol) ?? Find(scopes.Service, name, protocol) ?? Find(scopes.Global, name, protocol);
        return consumer is { } id && HasConsumers(scopes, name)
            ? table.FindOnRouteOrService(name, id, route, service, protocol) ?? onRouteAndService ?? table.FindOnConsumer(name, id, protocol) ?? general
            : onRouteAndService ?? general;
    }

    /// <summary>The instance of a name that runs for nobody in particular; null when none does.</summary>
    public static PlacedPlugin? Choose(in PluginScopes scopes, string name, RequestProtocols protocol) =>
        Find(scopes.RouteAndService, name, protocol)
        ?? Find(scopes.Route, name, protocol)
        ?? Find(scopes.Service, name, protocol)
        ?? Find(scopes.Global, name, protocol);

    /// <summary>Whether there are instances of the name for single consumers.</summary>
    public static bool HasConsumers(in PluginScopes scopes, string name) =>
        scopes.Global.ConsumerNames.Contains(name)
        || scopes.Service?.ConsumerNames.Contains(name) == true
        || scopes.Route?.ConsumerNames.Contains(name) == true
        || scopes.RouteAndService?.ConsumerNames.Contains(name) == true;

    private static PluginPlace[] Places(in PluginScopes scopes) =>
        [.. new[] { scopes.RouteAndService, scopes.Route, scopes.Service, scopes.Global }.OfType<PluginPlace>()];

    private static RequestStep Fold(in PluginScopes scopes, string[] order, RequestStep forward, RequestProtocols protocol)
    {
        RequestStep next = forward;
        foreach (string name in order.Reverse())
        {
            PlacedPlugin? onRouteAndService = Find(scopes.RouteAndService, name, protocol);
            PlacedPlugin? general = Find(scopes.Route, name, protocol) ?? Find(scopes.Service, name, protocol) ?? Find(scopes.Global, name, protocol);
            if (HasConsumers(scopes, name))
            {
                next = new ConsumerStep(name, onRouteAndService?.Build(next), general?.Build(next) ?? next, next).Run;
            }
            else if ((onRouteAndService ?? general) is { } plugin)
            {
                next = plugin.Build(next);
            }
        }

        return next;
    }

    private static PlacedPlugin? Find(PluginPlace? place, string name, RequestProtocols protocol) =>
        place is not null && place.Plugins.TryGetValue(name, out PlacedPlugin? plugin) && (plugin.Protocols & protocol) == protocol ? plugin : null;
}
