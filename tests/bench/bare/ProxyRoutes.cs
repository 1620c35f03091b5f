using Yarp.ReverseProxy.Configuration;

namespace Mesh.Bench.Bare;

/// <summary>The routes of B, of the same shape as those that the bench gives to the others.</summary>
internal static class ProxyRoutes
{
    private const string Cluster = "bench";

    public static void Add(IReverseProxyBuilder proxy, string upstream, int count, int hosts)
    {
        var cluster = new ClusterConfig
        {
            ClusterId = Cluster,
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream } },
            HttpRequest = new() { Version = System.Net.HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        };
        RouteConfig[] routes = hosts == 0
            ? [new() { RouteId = "all", ClusterId = Cluster, Match = new() { Path = "/{**rest}" } }]
            : [.. Enumerable.Range(0, count).Select(i => new RouteConfig
            {
                RouteId = $"r{i}",
                ClusterId = Cluster,
                Match = new() { Hosts = [$"h{i % hosts}.test"], Path = $"/r{i}/{{**rest}}" },
            })];
        proxy.LoadFromMemory(routes, [cluster]);
    }
}
