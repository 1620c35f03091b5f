using Mesh.Edge.Pipeline;

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
        PluginPlace[] places = [.. new[] { scopes.RouteAndService, scopes.Route, scopes.Service, scopes.Global }.OfType<PluginPlace>()];
        string[] order =
        [
            .. places.SelectMany(place => place.Plugins.Keys.Concat(place.ConsumerNames))
                .Distinct()
                .OrderByDescending(name => PlacedPlugin.PriorityOf(catalog, name))
                .ThenBy(name => name, StringComparer.Ordinal),
        ];

        if (places.All(place => place.Plugins.Values.All(plugin => plugin.Protocols == RequestProtocols.All)))
        {
            return Fold(scopes, order, forward, RequestProtocols.All);
        }

        // An instance that does not stand on the request's protocol counts as absent: the next less specific one runs.
        PluginScopes known = scopes;
        return new ProtocolStep([.. Protocols.Select(protocol => Fold(known, order, forward, protocol))]).Run;
    }

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

    private static bool HasConsumers(in PluginScopes scopes, string name) =>
        scopes.Global.ConsumerNames.Contains(name)
        || scopes.Service?.ConsumerNames.Contains(name) == true
        || scopes.Route?.ConsumerNames.Contains(name) == true
        || scopes.RouteAndService?.ConsumerNames.Contains(name) == true;
}
