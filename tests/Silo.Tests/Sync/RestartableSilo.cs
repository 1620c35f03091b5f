using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Plugins;
using Mesh.Grains.Log;
using Mesh.Grains.Schemas;
using Mesh.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Sync;

/// <summary>A silo on real ports that can be stopped and started again over one store, and the address where edges ask for its gateway.</summary>
internal sealed class RestartableSilo : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("mesh-sync-").FullName;
    private readonly int siloPort = FreePort();
    private readonly int gatewayPort = FreePort();
    private readonly EmbeddedStore store;
    private readonly WebApplication gateways;
    private ConnectionMultiplexer? connection;
    private IHost? host;

    private RestartableSilo()
    {
        store = EmbeddedStore.Start(data);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        gateways = builder.Build();
        gateways.Run(http =>
        {
            http.Response.StatusCode = host is null ? 503 : 200;
            return http.Response.WriteAsync($$"""{"cluster_id":"{{ClusterId}}","service_id":"mesh","gateways":["127.0.0.1:{{gatewayPort}}"]}""");
        });
    }

    public string ClusterId { get; set; } = "first";

    public Uri Address => new(gateways.Urls.Single());

    public IGrainFactory Grains => host!.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The store and the address are there, the silo is not.</summary>
    public static async Task<RestartableSilo> Prepare()
    {
        var silo = new RestartableSilo();
        await silo.gateways.StartAsync();
        silo.connection = await ConnectionMultiplexer.ConnectAsync(LogStore.ClientOptions(silo.store.Endpoint));
        return silo;
    }

    public async Task Start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IConnectionMultiplexer>(connection!)
            .AddSingleton(new PayloadSeal(null))
            .AddSingleton(new LogSettings())
            .AddSingleton<LogStore>()
            .AddSingleton(new EntitySchemas(PluginCatalog.Default));
        builder.UseOrleans(orleans => orleans
            .UseLocalhostClustering(siloPort, gatewayPort, serviceId: "mesh", clusterId: ClusterId)
            .AddIncomingGrainCallFilter<EdgeCallFilter>());
        IHost starting = builder.Build();
        await starting.StartAsync();
        host = starting;
    }

    public async Task Stop()
    {
        if (Interlocked.Exchange(ref host, null) is { } running)
        {
            await running.StopAsync();
            running.Dispose();
        }
    }

    public async Task<long> Commit(string name)
    {
        byte[] body = System.Text.Encoding.UTF8.GetBytes($$"""{"name":"{{name}}","host":"127.0.0.1"}""");
        CommitOutcome outcome = await Grains.GetGrain<IWorkspaceGrain>("default").Commit(new CommitRequest(
            Guid.NewGuid(), CommitAuthor.System, "test", [new Mutation(MutationVerb.Create, EntityKinds.Services, null, null, body)]));
        Assert.Equal(CommitStatus.Committed, outcome.Status);
        return outcome.Revision;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await gateways.DisposeAsync();
        connection?.Dispose();
        store.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
