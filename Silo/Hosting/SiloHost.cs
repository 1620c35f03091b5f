using Mesh.Abstractions.Schemas;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.ClusterTls;
using Mesh.Grains.Access;
using Mesh.Grains.Log;
using Mesh.Grains.Schemas;
using Mesh.Silo.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Versions.Compatibility;
using Orleans.Versions.Selector;
using StackExchange.Redis;

namespace Mesh.Silo.Hosting;

/// <summary>Puts the silo into a host: membership and grain state in the store, the commit log beside them, and the ports.</summary>
internal static class SiloHost
{
    /// <summary>Edges hear that a gateway stops, and leave it for another, before it closes. An embedded store has but one silo.</summary>
    private static readonly TimeSpan GatewayNotice = TimeSpan.FromSeconds(2);

    /// <summary>Edges, traffic shards and what is looked at. The cache takes its room at once: the default of a million costs 18 MB.</summary>
    private const int CachedGrainAddresses = 20_000;

    /// <param name="builder">Somebody else registers the <see cref="IPluginSchemas"/>.</param>
    /// <param name="store">Must outlive the host.</param>
    /// <exception cref="StartRefusedException">A setting is wrong or a port is taken.</exception>
    public static void Configure(IHostApplicationBuilder builder, SiloSettings settings, StoreEndpoint store)
    {
        ClusterCertificate? certificate = SiloPorts.Check(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<IConnectionMultiplexer>(store.Log);
        builder.Services.AddSingleton(new PayloadSeal(settings.KeyringKey));
        builder.Services.AddSingleton(new LogSettings(settings.HistoryLimit, settings.ServiceId));
        builder.Services.AddSingleton<LogStore>();
        builder.Services.AddSingleton<TokenStore>();
        builder.Services.AddSingleton<AuditStore>();
        builder.Services.TryAddSingleton(services => new EntitySchemas(services.GetRequiredService<IPluginSchemas>(), services.GetRequiredService<TimeProvider>()));
        if (!store.IsEmbedded)
        {
            builder.Services.AddHostedService<MembershipGuard>();
        }

        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = settings.ClusterId;
                options.ServiceId = settings.ServiceId;
            });
            silo.Configure<EndpointOptions>(options => SiloPorts.Apply(settings, options));
            silo.UseRedisClustering(options => options.ConfigurationOptions = store.Client.Clone());
            silo.AddRedisGrainStorageAsDefault(options => options.ConfigurationOptions = store.Client.Clone());
            silo.Configure<ClusterMembershipOptions>(DetectFailuresEarly);
            silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = CachedGrainAddresses);
            silo.Configure<SiloMessagingOptions>(options => options.ClientGatewayShutdownNotificationTimeout = store.IsEmbedded ? TimeSpan.Zero : GatewayNotice);
            silo.Configure<GrainVersioningOptions>(options =>
            {
                options.DefaultCompatibilityStrategy = nameof(BackwardCompatible);
                options.DefaultVersionSelectorStrategy = nameof(AllCompatibleVersions);
            });
            silo.AddActivityPropagation();
            silo.AddIncomingGrainCallFilter<EdgeCallFilter>();
            if (certificate is not null)
            {
                silo.Configure<SiloConnectionOptions>(options =>
                {
                    options.ConfigureSiloInboundConnection(connection => connection.UseTlsServer(certificate, ClusterCertificate.SiloName));
                    options.ConfigureSiloOutboundConnection(connection => connection.UseTlsClient(certificate));
                    options.ConfigureGatewayInboundConnection(connection => connection.UseTlsServer(certificate, ClusterCertificate.EdgeName, ClusterCertificate.SiloName));
                });
            }
        });
    }

    /// <summary>A silo that was killed is out after about 2 s, one that hangs after about 5 s (measured; the defaults take 11 s and 60 s).</summary>
    private static void DetectFailuresEarly(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 2;
        options.MinProbeTimeout = TimeSpan.FromSeconds(1);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        options.ExtendProbeTimeoutDuringDegradation = false;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
    }
}
