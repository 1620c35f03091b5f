using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;
using Mesh.Silo.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Silo.Tests.Hosting;

/// <summary>A silo in this process, as the product hosts it.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost host;
    private readonly StoreEndpoint store;

    private TestSilo(IHost host, StoreEndpoint store, SiloSettings settings)
    {
        this.host = host;
        this.store = store;
        Settings = settings;
    }

    public SiloSettings Settings { get; }

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public IWorkspaceGrain Workspace(string name) => Grains.GetGrain<IWorkspaceGrain>(name);

    public IConfigRelayGrain Relay(string name) => Grains.GetGrain<IConfigRelayGrain>(name);

    public IServiceProvider Services => host.Services;

    /// <summary>Settings with ports and, unless a Redis is named, a data directory of their own.</summary>
    public static SiloSettings NewSettings(string? redis = null)
    {
        int[] ports = MeshProcess.FreePorts(2);
        return new SiloSettings
        {
            Redis = redis,
            DataDirectory = redis is null ? Directory.CreateTempSubdirectory("mesh-silo-").FullName : "",
            SiloPort = ports[0],
            GatewayPort = ports[1],
        };
    }

    public static async Task<TestSilo> Start(SiloSettings settings)
    {
        StoreEndpoint store = await StoreEndpoint.Open(settings);
        try
        {
            var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.AddSingleton<IPluginSchemas, NoPlugins>();
            SiloHost.Configure(builder, settings, store);
            IHost host = builder.Build();
            await host.StartAsync();
            return new TestSilo(host, store, settings);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The data stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        await store.DisposeAsync();
    }
}
