using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins;

/// <summary>The plugin instances of one revision by scope, and the chains folded from them.</summary>
internal sealed class PluginTable
{
    private readonly PluginCatalog catalog;
    private readonly RequestStep forward;

    private PluginTable(PluginCatalog catalog, RequestStep forward)
    {
        this.catalog = catalog;
        this.forward = forward;
    }

    private ShardedMap<Guid, KnownPlugin> Known { get; init; } = ShardedMap<Guid, KnownPlugin>.Create();
    private PluginPlace Global { get; init; } = new();
    private ShardedMap<Guid, PluginPlace> Services { get; init; } = ShardedMap<Guid, PluginPlace>.Create();
    private ShardedMap<Guid, PluginPlace> Routes { get; init; } = ShardedMap<Guid, PluginPlace>.Create();
    private ShardedMap<(Guid Route, Guid Service), PluginPlace> RoutesAndServices { get; init; } = ShardedMap<(Guid, Guid), PluginPlace>.Create();
    private ShardedMap<ConsumerScope, PlacedPlugin> Consumers { get; init; } = ShardedMap<ConsumerScope, PlacedPlugin>.Create();

    /// <summary>How many instances for single consumers there are under a name in a place: <see cref="ConsumerScope"/> without its consumer.</summary>
    private ShardedMap<ConsumerScope, int> ConsumerCounts { get; init; } = ShardedMap<ConsumerScope, int>.Create();

    /// <summary>The log plugins of requests that no route took; null when there are none.</summary>
    public LogChain? GlobalLog { get; private init; }

    public static PluginTable Empty(PluginCatalog catalog, RequestStep forward) => new(catalog, forward);

    /// <summary>
    /// The table after a change; costs what changed. A plugin that this edge does not know or cannot build is refused alone,
    /// and requests in its scope are answered 500 as long as it stands: running them without it would be to run them unguarded.
    /// </summary>
    public PluginTable Apply(ConfigChanges changes, EntityStore after)
    {
        if (changes.Plugins.Count == 0)
        {
            return this;
        }

        var edit = new Edit(this);

        // All removals first: a commit may put an instance where it deletes another.
        foreach (Changed<Plugin> change in changes.Plugins)
        {
            if (edit.Known.TryGetValue(change.Id, out KnownPlugin? known) && known.Placed is { } placed)
            {
                edit.Remove(placed);
            }
        }

        foreach (Changed<Plugin> change in changes.Plugins)
        {
            edit.Known.TryGetValue(change.Id, out KnownPlugin? known);
            if (change.After is not { } plugin)
            {
                edit.Known.Remove(change.Id);
                continue;
            }

            PluginState state = known?.Name == plugin.Name ? known.State : new PluginState();
            PlacedPlugin? placed = plugin.Enabled ? PlacedPlugin.Place(catalog, plugin, state, after.Resolver) : null;
            edit.Known[change.Id] = new KnownPlugin(plugin.Name, state, placed);
            if (placed is not null)
            {
                edit.Add(placed);
            }

            foreach (string problem in placed?.Unresolved ?? [])
            {
                changes.Refuse(EntityKinds.Plugins, change.Id, problem);
            }

            if (placed?.Refusal is { } reason)
            {
                changes.Refuse(EntityKinds.Plugins, change.Id, reason);
            }
        }

        return edit.Build();
    }

    /// <summary>
    /// The chain for a route and its service, ending in the forward step. Folded on first use, then kept: routes without
    /// plugins of their own share their service's chain, services without share the global one.
    /// </summary>
    public RequestStep ChainFor(Guid route, Guid? service)
    {
        PluginScopes scopes = ScopesOf(route, service);
        return scopes.MostSpecific.Chain(scopes, catalog, forward);
    }

    /// <summary>The chain of streams for a route and its service.</summary>
    /// <param name="route">Null where no route takes the stream: then only global plugins count.</param>
    public StreamChain StreamChainFor(Guid? route, Guid? service, RequestProtocols protocol)
    {
        PluginScopes scopes = route is { } id ? ScopesOf(id, service) : new PluginScopes(null, null, null, Global);
        return scopes.MostSpecific.StreamChain(scopes, catalog, protocol);
    }

    public PluginScopes ScopesOf(Guid route, Guid? service) => new(
        service is { } both && RoutesAndServices.Count > 0 ? RoutesAndServices.GetValueOrDefault((route, both)) : null,
        Routes.Count > 0 ? Routes.GetValueOrDefault(route) : null,
        service is { } id && Services.Count > 0 ? Services.GetValueOrDefault(id) : null,
        Global);

    /// <summary>Names of all plugins that the scopes have, in the order in which they run.</summary>
    public string[] Order(in PluginScopes scopes) => PluginChain.Order(scopes, catalog);

    /// <summary>All instances of a name that could run on this route, whatever their protocols; the most specific first.</summary>
    public IEnumerable<PlacedPlugin> Instances(string name, Guid? consumer, Guid route, Guid? service)
    {
        PluginScopes scopes = ScopesOf(route, service);
        PlacedPlugin?[] all =
        [
            OfConsumer(route, service), OfConsumer(route, null), OfConsumer(null, service), Of(scopes.RouteAndService),
            OfConsumer(null, null), Of(scopes.Route), Of(scopes.Service), Of(scopes.Global),
        ];
        return all.OfType<PlacedPlugin>().Distinct();

        PlacedPlugin? OfConsumer(Guid? route, Guid? service) =>
            consumer is null ? null : Consumers.GetValueOrDefault(new ConsumerScope(name, consumer, route, service));

        PlacedPlugin? Of(PluginPlace? place) => place?.Plugins.GetValueOrDefault(name);
    }

    /// <summary>The consumer's instance on route and service, route or service; null when it has none for this protocol.</summary>
    public PlacedPlugin? FindOnRouteOrService(string name, Guid consumer, Guid? route, Guid? service, RequestProtocols protocol) =>
        (route is not null && service is not null ? Find(new ConsumerScope(name, consumer, route, service), protocol) : null)
        ?? (route is not null ? Find(new ConsumerScope(name, consumer, route, null), protocol) : null)
        ?? (service is not null ? Find(new ConsumerScope(name, consumer, null, service), protocol) : null);

    /// <summary>The consumer's instance for all routes and services.</summary>
    public PlacedPlugin? FindOnConsumer(string name, Guid consumer, RequestProtocols protocol) =>
        Find(new ConsumerScope(name, consumer, null, null), protocol);

    private PlacedPlugin? Find(in ConsumerScope scope, RequestProtocols protocol) =>
        Consumers.TryGetValue(scope, out PlacedPlugin? plugin) && (plugin.Protocols & protocol) != 0 ? plugin : null;

    private readonly record struct ConsumerScope(string Name, Guid? Consumer, Guid? Route, Guid? Service)
    {
        public static ConsumerScope Of(Plugin plugin) => new(plugin.Name, plugin.Consumer?.Id, plugin.Route?.Id, plugin.Service?.Id);
    }

    /// <summary>A plugin entity, placed unless it is disabled; its state lives as long as it does.</summary>
    private sealed record KnownPlugin(string Name, PluginState State, PlacedPlugin? Placed);

    /// <summary>A table in the making.</summary>
    private sealed class Edit(PluginTable origin)
    {
        private readonly ShardedMap<Guid, PluginPlace>.Builder services = origin.Services.ToBuilder();
        private readonly ShardedMap<Guid, PluginPlace>.Builder routes = origin.Routes.ToBuilder();
        private readonly ShardedMap<(Guid, Guid), PluginPlace>.Builder routesAndServices = origin.RoutesAndServices.ToBuilder();
        private readonly ShardedMap<ConsumerScope, PlacedPlugin>.Builder consumers = origin.Consumers.ToBuilder();
        private readonly ShardedMap<ConsumerScope, int>.Builder consumerCounts = origin.ConsumerCounts.ToBuilder();
        private PluginPlace global = origin.Global;

        public ShardedMap<Guid, KnownPlugin>.Builder Known { get; } = origin.Known.ToBuilder();

        public void Add(PlacedPlugin plugin)
        {
            ConsumerScope scope = ConsumerScope.Of(plugin.Entity);
            if (scope.Consumer is null)
            {
                Change(scope, place => place.With(plugin));
                return;
            }

            consumers[scope] = plugin;
            ConsumerScope place = scope with { Consumer = null };
            consumerCounts.TryGetValue(place, out int count);
            consumerCounts[place] = count + 1;
            if (count == 0)
            {
                Change(scope, here => here.WithConsumers(plugin.Name));
            }
        }

        public void Remove(PlacedPlugin plugin)
        {
            ConsumerScope scope = ConsumerScope.Of(plugin.Entity);
            if (scope.Consumer is null)
            {
                Change(scope, place => place.Without(plugin));
                return;
            }

            consumers.Remove(scope);
            ConsumerScope place = scope with { Consumer = null };
            consumerCounts.TryGetValue(place, out int count);
            if (count > 1)
            {
                consumerCounts[place] = count - 1;
                return;
            }

            consumerCounts.Remove(place);
            Change(scope, here => here.WithoutConsumers(plugin.Name));
        }

        public PluginTable Build() => new(origin.catalog, origin.forward)
        {
            Known = Known.Build(),
            Global = global,
            Services = services.Build(),
            Routes = routes.Build(),
            RoutesAndServices = routesAndServices.Build(),
            Consumers = consumers.Build(),
            ConsumerCounts = consumerCounts.Build(),
            GlobalLog = LogChain.Fold(new PluginScopes(null, null, null, global), origin.catalog),
        };

        private void Change(in ConsumerScope scope, Func<PluginPlace, PluginPlace> change)
        {
            switch (scope.Route, scope.Service)
            {
                case ({ } route, { } service):
                    Change(routesAndServices, (route, service), change);
                    break;
                case ({ } route, null):
                    Change(routes, route, change);
                    break;
                case (null, { } service):
                    Change(services, service, change);
                    break;
                default:
                    global = change(global);
                    break;
            }
        }

        private static void Change<TKey>(ShardedMap<TKey, PluginPlace>.Builder places, TKey key, Func<PluginPlace, PluginPlace> change)
            where TKey : notnull
        {
            PluginPlace next = change(places.TryGetValue(key, out PluginPlace? place) ? place : new PluginPlace());
            if (next.IsEmpty)
            {
                places.Remove(key);
            }
            else
            {
                places[key] = next;
            }
        }
    }
}
