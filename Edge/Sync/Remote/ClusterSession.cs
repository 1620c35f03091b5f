using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;

namespace Mesh.Edge.Sync.Remote;

/// <summary>An Orleans client connected to one cluster, in a host of its own: its failure to start must not stop the edge.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Above the long poll's wait; what is under way at a silo that dies is given up after it at the latest.</summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(20);

    private readonly IHost host;
    private CancellationTokenSource connection = new();

    private ClusterSession(KnownGateways gateways, ILoggerFactory loggers, Action<IClientBuilder>? transport)
    {
        Gateways = gateways;
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, DetachedLifetime>();
        builder.UseOrleansClient(client =>
        {
            client.Services.AddSingleton<IGatewayListProvider>(gateways);
            client.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = gateways.List.ClusterId;
                options.ServiceId = gateways.List.ServiceId;
            });
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = KnownGateways.RefreshPeriod);
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
            client.AddGatewayCountChangedHandler((_, counts) =>
            {
                if (counts.NumberOfConnectedGateways < counts.PreviousNumberOfConnectedGateways)
                {
                    Interrupt();
                }
            });
            client.AddClusterConnectionLostHandler((_, _) => Interrupt());
            transport?.Invoke(client);
        });
        host = builder.Build();
        ControlPlane = new OrleansControlPlane(host.Services.GetRequiredService<IClusterClient>());
    }

    public KnownGateways Gateways { get; }

    public OrleansControlPlane ControlPlane { get; }

    /// <summary>Cancelled when a gateway is lost: what was under way there would otherwise be waited for in vain.</summary>
    public CancellationToken Connection => Volatile.Read(ref connection).Token;

    /// <param name="transport">Further configuration of the client, such as TLS.</param>
    public static async Task<ClusterSession> Connect(GatewayList gateways, ILoggerFactory loggers, Action<IClientBuilder>? transport, CancellationToken stop)
    {
        var session = new ClusterSession(new KnownGateways(gateways), loggers, transport);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(StartTimeout);
            await session.host.StartAsync(limit.Token).WaitAsync(limit.Token);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(StopTimeout);
            await host.StopAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A client whose cluster is gone may fail to take its leave; it is given up all the same.
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger<ClusterSession>().LogDebug(failure, "The Orleans client did not stop cleanly");
        }

        Interrupt();
        host.Dispose();
    }

    private void Interrupt()
    {
        // The old source is left to the collector: callers may still hold its token.
        CancellationTokenSource lost = Interlocked.Exchange(ref connection, new CancellationTokenSource());
        lost.Cancel();
    }
}
