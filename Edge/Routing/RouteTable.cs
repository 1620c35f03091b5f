using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Routing;

/// <summary>The index of all http and grpc routes at one revision.</summary>
/// <remarks>
/// By host (a hash map, and trees for wildcards), then by path (a tree of plain paths and of what regexes start with), then
/// lists ordered by priority. A match costs what the request's host and path are long and how deep prefixes are nested, not
/// the number of routes; a change copies the nodes on its way.
/// The protocols of a route take no part in the match, as in Kong: an https-only route also matches a request over http,
/// which the pipeline then redirects or answers with 426.
/// </remarks>
internal sealed class RouteTable
{
    private readonly HostIndex hosts;

    private RouteTable(HostIndex hosts) => this.hosts = hosts;

    public static RouteTable Empty { get; } = new(HostIndex.Empty);

    /// <summary>The table after a change; costs what changed. <paramref name="after"/> is the store with the change applied.</summary>
    public RouteTable Apply(ConfigChanges changes, EntityStore after)
    {
        var edit = new HostIndexEdit(hosts);
        foreach (Changed<Route> route in changes.Routes)
        {
            Replace(edit, route.Before, route.After, changes, after);
        }

        foreach (Route route in RoutesOfSwitchedServices(changes, after))
        {
            changes.Revisit(EntityKinds.Routes, route.Id);
            Replace(edit, route, route, changes, after);
        }

        return new RouteTable(edit.Build());
    }

    /// <summary>The route that Kong's traditional_compatible router would choose.</summary>
    public bool TryMatch(in RouteQuery query, out RouteMatch match)
    {
        var search = new RouteSearch(query);
        Search(ref search);
        match = search.Best?.ToMatch(query.Path) ?? default;
        return search.Best is not null;
    }

    internal void Search(ref RouteSearch search) => hosts.Search(ref search);

    private static void Replace(HostIndexEdit edit, Route? before, Route? after, ConfigChanges changes, EntityStore store)
    {
        if (before is not null && IsHttp(before))
        {
            foreach (Placement placement in Placement.Of(before))
            {
                edit.Remove(placement);
            }
        }

        if (after is null || !IsHttp(after) || !IsServed(after, store))
        {
            return;
        }

        List<Placement> placements = Placement.Of(after);
        if (Placement.Compile(placements) is { } problem)
        {
            changes.Refuse(EntityKinds.Routes, after.Id, problem);
            return;
        }

        foreach (Placement placement in placements)
        {
            edit.Add(placement);
        }
    }

    /// <summary>Routes that come or go with their service and are not themselves part of the change.</summary>
    internal static IEnumerable<Route> RoutesOfSwitchedServices(ConfigChanges changes, EntityStore after)
    {
        HashSet<Guid>? changed = null;
        foreach (Changed<Service> service in changes.Services)
        {
            if ((service.Before?.Enabled ?? true) == (service.After?.Enabled ?? true)
                || !after.RoutesByService.TryGetValue(service.Id, out var routes))
            {
                continue;
            }

            changed ??= [.. changes.Routes.Select(route => route.Id)];
            foreach (Guid id in routes)
            {
                if (!changed.Contains(id) && after.Routes.TryGetValue(id, out Route? route))
                {
                    yield return route;
                }
            }
        }
    }

    internal static bool IsHttp(Route route) => route.Protocols.Any(protocol => protocol is "http" or "https" or "grpc" or "grpcs");

    /// <summary>Kong leaves routes of a disabled service out, so that another route can match.</summary>
    internal static bool IsServed(Route route, EntityStore store) =>
        route.Service is null || !store.Services.TryGetValue(route.Service.Id, out Service? service) || service.Enabled;
}
