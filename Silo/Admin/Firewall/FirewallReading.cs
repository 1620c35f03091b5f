using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Grains;
using Mesh.Edge.Telemetry.Export;
using Mesh.Silo.Firewall;
using Orleans.Runtime;

namespace Mesh.Silo.Admin.Firewall;

/// <summary>Collects what a plan follows from: the workspace's entities, the edges' last reports, the silos that are alive.</summary>
internal static class FirewallReading
{
    private const int PageSize = 1000;

    /// <param name="edge">Id or host name of the only edge that it is for; null: all.</param>
    /// <param name="members">Addresses of silos and edges that are to come.</param>
    /// <returns>Null when there is no such edge.</returns>
    public static async Task<FirewallFacts?> Read(AdminContext context, string? edge, Networks members)
    {
        EdgeReading[] edges = await Edges(context);
        EdgeReading[] here = edge is null ? edges : [.. edges.Where(one => Is(one, edge))];
        if (edge is not null && here.Length == 0)
        {
            return null;
        }

        // Who restarts while rules are loaded must be able to come back.
        MembershipEntry[] silos = await context.Grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false);
        long revision = await context.Workspace.Head();
        List<Listener> listeners = await All(context, EntityKinds.Listeners, EntityJson.Default.Listener);
        List<Route> routes = await All(context, EntityKinds.Routes, EntityJson.Default.Route, route => route.Destinations is { Length: > 0 });
        return new FirewallFacts(
            revision,
            context.WorkspaceName,
            edge is null ? null : here[0].Report.Edge.Host,
            [.. here.Select(Facts)],
            [.. edges.Select(Facts)],
            [.. silos.Where(silo => silo.Status == SiloStatus.Active).Select(silo => new SiloFacts(silo.HostName, silo.SiloAddress.Endpoint.Address, silo.SiloAddress.Endpoint.Port, silo.ProxyPort))],
            members.With(Networks.Of(silos.Select(silo => silo.SiloAddress.Endpoint.Address))),
            context.Services.Settings,
            [.. listeners.Where(listener => listener.Enabled)],
            await All(context, EntityKinds.Services, EntityJson.Default.Service),
            await All(context, EntityKinds.Upstreams, EntityJson.Default.Upstream),
            await All(context, EntityKinds.Targets, EntityJson.Default.Target),
            routes,
            ExportedSignals.Collectors(Environment.GetEnvironmentVariables()),
            context.Caller.SeesSecrets ? await Outlets(context) : null);
    }

    /// <summary>An edge is asked for by its id, or by its host's name when that is easier.</summary>
    private static bool Is(EdgeReading reading, string edge) =>
        reading.Report.Edge.Host == edge || (Guid.TryParse(edge, out Guid id) && id == reading.Report.Edge.Id);

    private static EdgeFacts Facts(EdgeReading reading) => new(reading.Report.Edge.Host, reading.Report.Edge.Addresses ?? [], reading.Report.Listeners);

    private static async Task<EdgeReading[]> Edges(AdminContext context)
    {
        EdgePresence[] present = await context.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory).Edges();
        EdgeReading?[] readings = await Task.WhenAll(present
            .Where(edge => edge.Workspace == context.WorkspaceName)
            .Select(edge => context.Grains.GetGrain<IEdgeGrain>(edge.Edge.Id).Read()));
        return [.. readings.OfType<EdgeReading>().OrderBy(reading => reading.Report.Edge.Host, StringComparer.Ordinal)];
    }

    /// <summary>Endpoints of log plugins are secrets, for they may hold a password: only host and port of them go on.</summary>
    private static async Task<Uri[]> Outlets(AdminContext context)
    {
        List<Plugin> senders = await All(context, EntityKinds.Plugins, EntityJson.Default.Plugin, plugin => plugin is { Name: "http-log", Enabled: true });
        return
        [
            .. senders.Select(plugin => plugin.Config.TryGetProperty("http_endpoint", out JsonElement endpoint) ? endpoint.GetString() : null)
                .Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" ? url : null)
                .OfType<Uri>(),
        ];
    }

    private static async Task<List<T>> All<T>(AdminContext context, string kind, JsonTypeInfo<T> type, Func<T, bool>? wanted = null)
        where T : Entity
    {
        List<T> all = [];
        Guid? after = null;
        do
        {
            EntityPage page = await context.Workspace.List(new ListQuery(kind, After: after, Size: PageSize)).WaitAsync(context.Cancel);
            all.AddRange(page.Documents.Select(document => JsonSerializer.Deserialize(document, type)!).Where(one => wanted?.Invoke(one) ?? true));
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}
