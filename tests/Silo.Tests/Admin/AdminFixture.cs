using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Plugins;
using Mesh.Edge.Settings;
using Mesh.Edge.Sync;
using Mesh.Edge.Tls;
using Mesh.Grains.Log;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hosting;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Admin;

/// <summary>An Admin API on a real silo and the embedded store, all in this process.</summary>
public sealed class AdminFixture : IAsyncLifetime
{
    public const int MaxBodyBytes = 256 * 1024;
    public const string GuiOrigin = "http://localhost:8002";

    private readonly string data = Directory.CreateTempSubdirectory("mesh-admin-").FullName;
    private EmbeddedStore? store;
    private ConnectionMultiplexer? connection;
    private IHost? silo;
    private AdminServer? server;
    private AdminClient? client;
    private int number;

    public AdminClient Client => client!;

    /// <summary>Base URL.</summary>
    public string Address => server!.Addresses[0];

    public IGrainFactory Grains => silo!.Services.GetRequiredService<IGrainFactory>();

    public int NextNumber() => Interlocked.Increment(ref number);

    public Task Report(EdgeReport report) => new OrleansControlPlane(Grains).Report(report, CancellationToken.None);

    public async ValueTask InitializeAsync()
    {
        MeshSettings settings = new(
            Silo.Settings.Role.All,
            new EdgeSettings(),
            new SiloSettings { DataDirectory = data, SiloPort = FreePort(), GatewayPort = FreePort() },
            new AdminSettings { Listen = "127.0.0.1:0", GuiOrigins = [GuiOrigin], MaxBodyBytes = MaxBodyBytes });
        store = EmbeddedStore.Start(data);
        connection = await ConnectionMultiplexer.ConnectAsync(LogStore.ClientOptions(store.Endpoint));
        EntitySchemas schemas = new(PluginCatalog.Default);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IConnectionMultiplexer>(connection)
            .AddSingleton(new PayloadSeal(null))
            .AddSingleton(new LogSettings())
            .AddSingleton<LogStore>()
            .AddSingleton(schemas);
        builder.UseOrleans(orleans => orleans.UseLocalhostClustering(settings.Silo.SiloPort, settings.Silo.GatewayPort));
        silo = builder.Build();
        await silo.StartAsync();
        NodeIdentity node = new(Guid.NewGuid(), "test", "0.0.0", DateTimeOffset.UtcNow);
        AdminServices services = new(Grains, schemas, settings, node, TimeProvider.System, NullLoggerFactory.Instance) { IsStoreReachable = () => connection.IsConnected };
        server = await AdminServer.Start(services, SelfSignedCertificate.Load(data, TimeProvider.System), CancellationToken.None);
        client = new AdminClient(new Uri(server.Addresses[0]));
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        if (silo is not null)
        {
            await silo.StopAsync();
            silo.Dispose();
        }

        connection?.Dispose();
        store?.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
