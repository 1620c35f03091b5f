using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Plugins;

/// <summary>The whole data plane with every plugin of this build, in front of one upstream.</summary>
internal static class PluginGateway
{
    /// <summary>One service with one route that takes every path, and global plugins.</summary>
    public static Task<TestGateway> StartAsync(int port, params (string Name, string Config)[] plugins) => StartAsync(port, [], plugins);

    public static Task<TestGateway> StartAsync(int port, EntityChange[] entities, params (string Name, string Config)[] plugins) => TestGateway.StartAsync(
        new(),
        [.. PluginCatalog.Default.All.Select(schema => PluginCatalog.Default.FindPlugin(schema.Name)!)],
        TimeProvider.System,
        [
            Entities.Service(1, port).Put(), Entities.Route(2, 1).Put(), .. entities,
            .. plugins.Select(plugin => PluginBench.Plugin(plugin.Name, plugin.Config).Put()),
        ]);
}
