using System.Collections.Immutable;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Routing;

/// <summary>Tables and requests in the fewest words.</summary>
internal static class Tables
{
    private static readonly HeaderDictionary NoHeaders = [];

    public static RouteTable Of(params IEnumerable<Route> routes) => Of(out _, routes);

    public static RouteTable Of(out ConfigChanges changes, params IEnumerable<Route> routes)
    {
        changes = new ConfigChanges { Revision = 1 };
        changes.Routes.AddRange(routes.Select(route => new Changed<Route>(route.Id, null, route)));
        return RouteTable.Empty.Apply(changes, Store(changes, EntityStore.Empty));
    }

    /// <summary>The store with the changes of routes and services applied.</summary>
    public static EntityStore Store(ConfigChanges changes, EntityStore before)
    {
        var routes = before.Routes.ToBuilder();
        var services = before.Services.ToBuilder();
        var byService = before.RoutesByService.ToBuilder();
        foreach (Changed<Service> service in changes.Services)
        {
            if (service.After is null)
            {
                services.Remove(service.Id);
            }
            else
            {
                services[service.Id] = service.After;
            }
        }

        foreach (Changed<Route> route in changes.Routes)
        {
            if (route.Before?.Service is { } left)
            {
                byService.TryGetValue(left.Id, out ImmutableHashSet<Guid>? ids);
                byService[left.Id] = ids!.Remove(route.Id);
            }

            if (route.After is null)
            {
                routes.Remove(route.Id);
                continue;
            }

            routes[route.Id] = route.After;
            if (route.After.Service is { } joined)
            {
                byService.TryGetValue(joined.Id, out ImmutableHashSet<Guid>? ids);
                byService[joined.Id] = (ids ?? []).Add(route.Id);
            }
        }

        return before with { Routes = routes.Build(), Services = services.Build(), RoutesByService = byService.Build() };
    }

    public static RouteQuery Get(string path, string host = "test", string method = "GET", int port = 80, IHeaderDictionary? headers = null) =>
        new(method, false, host, port, path, headers ?? NoHeaders, null);

    public static RouteQuery GetTls(string path, string? sni, string host = "test") => new("GET", true, host, 443, path, NoHeaders, sni);

    public static Route? Match(this RouteTable table, in RouteQuery query) => table.TryMatch(query, out RouteMatch match) ? match.Route : null;

    /// <summary>Ids whose order is that of the numbers.</summary>
    public static Guid Id(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
