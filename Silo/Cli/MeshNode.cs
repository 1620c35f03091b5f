using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Hosting;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins;
using Mesh.Edge.Sync;
using Mesh.Edge.Sync.Remote;
using Mesh.Edge.Telemetry.Exposition;
using Mesh.Edge.Tls;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Logging;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Mesh.Silo.Cli;

/// <summary>Everything that one process of <c>mesh start</c> runs: the store, the silo on it, the edge and the Admin API. Started in this order, ended in the other.</summary>
internal sealed class MeshNode : IAsyncDisposable
{
    /// <summary>For the silo to hand its grains over once edge and Admin API are done.</summary>
    private static readonly TimeSpan SiloStopTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan AdminStopTimeout = TimeSpan.FromSeconds(5);

    private readonly MeshSettings settings;
    private readonly StoreEndpoint store;
    private readonly IHost silo;
    private AdminServer? admin;
    private EdgeHost? edge;

    private MeshNode(MeshSettings settings, StoreEndpoint store, IHost silo)
    {
        this.settings = settings;
        this.store = store;
        this.silo = silo;
    }

    /// <summary>What runs where, for the start line.</summary>
    public string Summary
    {
        get
        {
            List<string> parts = [];
            if (edge is not null)
            {
                parts.Add($"proxy {Listeners(edge.ProxyListeners)}");
                parts.Add($"status {Listeners(edge.StatusListeners)}");
            }

            if (admin is { Addresses: { Count: > 0 } addresses })
            {
                parts.Add($"admin {string.Join(", ", addresses)}");
            }

            parts.Add($"silo {settings.Silo.ListenAddress}:{settings.Silo.SiloPort}, gateway {settings.Silo.GatewayPort}");
            parts.Add(store.IsEmbedded ? $"store embedded in {Path.GetFullPath(settings.Silo.DataDirectory)}" : "store Redis");
            return string.Join("; ", parts);
        }
    }

    /// <exception cref="StartRefusedException">With the one line to print.</exception>
    public static async Task<MeshNode> Start(MeshSettings settings, ILoggerFactory logs, ProcessLogLevel level, CancellationToken cancel)
    {
        settings = settings with { Admin = AdminTokenFile.Apply(settings.Admin) };
        StoreEndpoint store = await StoreEndpoint.Open(settings.Silo, logs);
        IHost silo;
        try
        {
            silo = BuildSilo(settings, store, logs);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }

        MeshNode node = new(settings, store, silo);
        try
        {
            await silo.StartAsync(cancel);
            if (settings.Role == Role.All)
            {
                OrleansControlPlane control = new(silo.Services.GetRequiredService<IGrainFactory>());
                EdgeStart start = await EdgeHost.StartAsync(settings.Edge, "mesh", control, logs, TimeProvider.System, cancel);
                node.edge = start.Host ?? throw new StartRefusedException(start.Problem!);
            }

            // With no address at all Kestrel would choose one of its own.
            if (ListenDirectives.Parse(settings.Admin.Listen).Directives.Count > 0)
            {
                node.admin = await node.StartAdmin(logs, level, cancel);
            }

            return node;
        }
        catch
        {
            await node.Stop();
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the first token is made, as long as there is none and nothing was ever committed; null afterwards, and without an Admin API.</summary>
    public async Task<string?> FirstSteps()
    {
        if (admin is null || settings.Admin.HasCredential || settings.Admin.Authentication == AdminAuthentication.Required)
        {
            return admin is not null && settings.Admin.TokenFile is { } file ? $"The admin token stands in {Path.GetFullPath(file)}." : null;
        }

        IGrainFactory grains = silo.Services.GetRequiredService<IGrainFactory>();
        return (await grains.GetGrain<IAccessGrain>(IAccessGrain.Key).List()).Length == 0 && await grains.GetGrain<IWorkspaceGrain>(AdminRouter.DefaultWorkspace).Head() == 0
            ? "The Admin API asks nobody on this machine for a credential. For others: mesh tokens create NAME --role admin (docs/access.md)."
            : null;
    }

    /// <summary>Until the process is asked to end or the silo ends itself; then lets what is in flight finish.</summary>
    public async Task Run(CancellationToken ending)
    {
        CancellationToken siloEnding = silo.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await ProcessEnding.Wait(ending, siloEnding);
        await Stop();
    }

    public async ValueTask DisposeAsync()
    {
        if (admin is not null)
        {
            await admin.DisposeAsync();
        }

        silo.Dispose();
        await store.DisposeAsync();
    }

    private static string Listeners(IReadOnlyList<ListenerReport> listeners) =>
        listeners.Count == 0 ? "off" : string.Join(", ", listeners.Select(listener => listener.Directive));

    private static IHost BuildSilo(MeshSettings settings, StoreEndpoint store, ILoggerFactory logs)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "mesh" });
        builder.Services.Replace(ServiceDescriptor.Singleton(logs));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, DetachedLifetime>());
        builder.Services.AddSingleton<IPluginSchemas>(PluginCatalog.Default);
        builder.Services.AddSingleton(new EntitySchemas(PluginCatalog.Default));
        SiloHost.Configure(builder, settings.Silo, store);
        return builder.Build();
    }

    private async Task Stop()
    {
        if (edge is not null)
        {
            await edge.StopAsync(EdgeHost.DrainTimeout);
        }

        if (admin is not null)
        {
            using CancellationTokenSource limit = new(AdminStopTimeout);
            await admin.Stop(limit.Token);
        }

        using CancellationTokenSource siloLimit = new(SiloStopTimeout);
        await silo.StopAsync(siloLimit.Token);
    }

    private Task<AdminServer> StartAdmin(ILoggerFactory logs, ProcessLogLevel level, CancellationToken cancel)
    {
        TimeProvider time = silo.Services.GetRequiredService<TimeProvider>();
        AdminServices services = new(
            silo.Services.GetRequiredService<IGrainFactory>(),
            silo.Services.GetRequiredService<EntitySchemas>(),
            settings,
            new NodeIdentity(Guid.NewGuid(), Environment.MachineName, MeshVersion.Current, time.GetUtcNow()),
            time,
            logs)
        {
            IsStoreReachable = () => store.Log.IsConnected,
            LogLevel = new LogLevelOverride(level, time),
            EdgeMetrics = edge is { } here ? () => here.Metrics(ExpositionFormat.Text) : null,
            EdgeSnapshot = edge is { } beside ? () => beside.Snapshot : null,
        };
        return AdminServer.Start(services, SelfSignedCertificate.Load(settings.Silo.DataDirectory, time), cancel);
    }
}
