using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Hosting;
using Mesh.Edge.Plugins;
using Mesh.Edge.Settings;
using Mesh.Edge.Tls;
using Mesh.Grains.Access;
using Mesh.Grains.Log;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin;
using Mesh.Silo.Admin.Logging;
using Mesh.Silo.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Admin;

/// <summary>An Admin API on a real silo in this process, on a store that may outlive it.</summary>
public sealed class AdminHost : IAsyncDisposable
{
    public const int MaxBodyBytes = 256 * 1024;
    public const string GuiOrigin = "http://localhost:8002";

    private readonly ConnectionMultiplexer connection;
    private readonly IHost silo;
    private readonly AdminServer server;

    private AdminHost(ConnectionMultiplexer connection, IHost silo, AdminServer server)
    {
        this.connection = connection;
        this.silo = silo;
        this.server = server;
        Client = new AdminClient(new Uri(Address));
    }

    public AdminClient Client { get; }

    /// <summary>Base URL.</summary>
    public string Address => server.Addresses[0];

    public IGrainFactory Grains => silo.Services.GetRequiredService<IGrainFactory>();

    /// <param name="data">Directory for the certificate.</param>
    internal static async Task<AdminHost> Start(ConfigurationOptions store, string data, LogSettings? log = null, Func<AdminSettings, AdminSettings>? configure = null, TimeProvider? time = null)
    {
        MeshSettings settings = new(
            Silo.Settings.Role.All,
            new EdgeSettings(),
            new SiloSettings { DataDirectory = data, SiloPort = FreePort(), GatewayPort = FreePort() },
            (configure ?? (admin => admin))(new AdminSettings { Listen = "127.0.0.1:0", GuiUrls = [new Uri(GuiOrigin)], MaxBodyBytes = MaxBodyBytes }));
        ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(LogStore.ClientOptions(store));
        EntitySchemas schemas = new(PluginCatalog.Default);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<IConnectionMultiplexer>(connection)
            .AddSingleton(new PayloadSeal(null))
            .AddSingleton(log ?? new LogSettings())
            .AddSingleton<LogStore>()
            .AddSingleton<TokenStore>()
            .AddSingleton<AuditStore>()
            .AddSingleton(schemas);
        builder.UseOrleans(orleans => orleans.UseLocalhostClustering(settings.Silo.SiloPort, settings.Silo.GatewayPort));
        IHost silo = builder.Build();
        await silo.StartAsync();
        NodeIdentity node = new(Guid.NewGuid(), "test", "0.0.0", DateTimeOffset.UtcNow);
        AdminServices services = new(silo.Services.GetRequiredService<IGrainFactory>(), schemas, settings, node, time ?? TimeProvider.System, new FailureNotes())
        {
            IsStoreReachable = () => connection.IsConnected,
            LogLevel = new LogLevelOverride(new ProcessLogLevel(LogLevel.Information), TimeProvider.System),
        };
        AdminServer server = await AdminServer.Start(services, SelfSignedCertificate.Load(data, TimeProvider.System), CancellationToken.None);
        return new AdminHost(connection, silo, server);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
        await silo.StopAsync();
        silo.Dispose();
        await connection.DisposeAsync();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
