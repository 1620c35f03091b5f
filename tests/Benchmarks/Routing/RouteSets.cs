using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks.Routing;

public enum RouteShape
{
    /// <summary>One host, each route its own prefix.</summary>
    Paths,

    /// <summary>Each route its own host, all the same path.</summary>
    Hosts,

    /// <summary>One host and path, each route its own value of a header.</summary>
    Headers,

    /// <summary>No host and no path, each route its own range of destinations.</summary>
    Addresses,

    /// <summary>A host for each ten routes, one of which is a regex and three of which name methods.</summary>
    Mixed,
}

internal static class RouteSets
{
    private static readonly HeaderDictionary NoHeaders = [];

    public static Route[] MakeAll(RouteShape shape, int count) => [.. Enumerable.Range(0, count).Select(number => Make(shape, number))];

    public static Route Make(RouteShape shape, int number) => shape switch
    {
        RouteShape.Paths => new Route { Id = Guid.NewGuid(), Hosts = ["api.example.com"], Paths = [$"/team-{number % 100}/service-{number}/v1"] },
        RouteShape.Hosts => new Route { Id = Guid.NewGuid(), Hosts = [$"tenant-{number}.example.com"], Paths = ["/api"] },
        RouteShape.Headers => new Route { Id = Guid.NewGuid(), Hosts = ["api.example.com"], Paths = ["/api"], Headers = new() { ["X-Tenant"] = [$"tenant-{number}"] } },
        RouteShape.Addresses => new Route { Id = Guid.NewGuid(), Destinations = [new($"{Network(number)}/64", 443)] },
        _ => Mixed(number),
    };

    public static RouteQuery QueryFor(RouteShape shape, int number) => shape switch
    {
        RouteShape.Paths => Get("api.example.com", $"/team-{number % 100}/service-{number}/v1/items/42", NoHeaders),
        RouteShape.Hosts => Get($"tenant-{number}.example.com", "/api/items/42", NoHeaders),
        RouteShape.Headers => Get("api.example.com", "/api/items/42", new HeaderDictionary { ["X-Tenant"] = $"tenant-{number}" }),
        RouteShape.Addresses => Get("api.example.com", "/api/items/42", NoHeaders) with
        {
            Ends = new RequestEnds(IPAddress.Loopback, null, new IPEndPoint(IPAddress.Parse($"{Network(number)}1"), 443), 443),
        },
        _ => Get($"app-{number / 10}.example.com", $"/api/{number % 10}/items-{number}/42", NoHeaders),
    };

    public static ConfigChanges Additions(IEnumerable<Route> routes)
    {
        var changes = new ConfigChanges { Revision = 1 };
        changes.Routes.AddRange(routes.Select(route => new Changed<Route>(route.Id, null, route)));
        return changes;
    }

    private static string Network(int number) => $"2001:db8:{number >> 16:x}:{number & 0xffff:x}::";

    private static Route Mixed(int number) => new()
    {
        Id = Guid.NewGuid(),
        Hosts = [$"app-{number / 10}.example.com"],
        Paths = [number % 10 == 9 ? $"~/api/9/items-{number}/[0-9]+$" : $"/api/{number % 10}"],
        Methods = number % 3 == 0 ? ["GET", "POST"] : null,
    };

    private static RouteQuery Get(string host, string path, IHeaderDictionary headers) => new("GET", false, host, 80, path, headers, null);
}
