using Mesh.Grains.Log;
using Mesh.Silo.Settings;
using Microsoft.Extensions.Logging;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Mesh.Silo.Hosting;

/// <summary>The store that a silo uses: the Redis named by the settings, or one inside this process. Opened before the silo, closed after it.</summary>
internal sealed class StoreEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly EmbeddedStore? embedded;

    private StoreEndpoint(EmbeddedStore? embedded, ConfigurationOptions client, ConnectionMultiplexer log)
    {
        this.embedded = embedded;
        Client = client;
        Log = log;
    }

    public bool IsEmbedded => embedded is not null;

    /// <summary>How to connect to it.</summary>
    public ConfigurationOptions Client { get; }

    /// <summary>The commit log's connection.</summary>
    public ConnectionMultiplexer Log { get; }

    /// <exception cref="StartRefusedException">The store cannot be reached or opened.</exception>
    public static async Task<StoreEndpoint> Open(SiloSettings settings, ILoggerFactory? logs = null)
    {
        EmbeddedStore? embedded = settings.Redis is null ? EmbeddedStore.Start(settings.DataDirectory, logs) : null;
        try
        {
            ConfigurationOptions endpoint = embedded?.Endpoint ?? Parse(settings.Redis!);
            ConfigurationOptions client = LogStore.ClientOptions(endpoint);
            ConnectionMultiplexer log = await ConnectionMultiplexer.ConnectAsync(client);
            await Reach(log, endpoint);
            var store = new StoreEndpoint(embedded, endpoint, log);
            if (store.IsEmbedded)
            {
                await store.ForgetEarlierSilos(settings);
            }

            return store;
        }
        catch
        {
            embedded?.Dispose();
            throw;
        }
    }

    public static RedisKey MembershipKey(SiloSettings settings) =>
        RedisClusteringOptions.DefaultCreateRedisKey(new ClusterOptions { ClusterId = settings.ClusterId, ServiceId = settings.ServiceId });

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        embedded?.Dispose();
    }

    private static ConfigurationOptions Parse(string text)
    {
        try
        {
            ConfigurationOptions endpoint = ConfigurationOptions.Parse(text);
            return endpoint.EndPoints.Count > 0 ? endpoint : throw new ArgumentException("it names no host");
        }
        catch (ArgumentException wrong)
        {
            throw new StartRefusedException($"MESH_REDIS is not HOST:PORT[,password=…,ssl=true…]: {wrong.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static async Task Reach(ConnectionMultiplexer connection, ConfigurationOptions endpoint)
    {
        using var limit = new CancellationTokenSource(ConnectTimeout);
        string failure = "it does not answer";
        while (!limit.IsCancellationRequested)
        {
            try
            {
                await connection.GetDatabase().PingAsync();
                return;
            }
            catch (Exception notYet) when (StoreCalls.IsStoreFailure(notYet))
            {
                failure = StoreCalls.Describe(notYet);
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token));
            }
        }

        await connection.DisposeAsync();
        throw new StartRefusedException($"the store at {string.Join(", ", endpoint.EndPoints)} cannot be used: {failure}. MESH_REDIS must name a Redis that runs and lets this silo in; without it the store is embedded");
    }

    /// <summary>In an embedded store no other silo can be alive: rows of those before would only be waited for.</summary>
    private Task ForgetEarlierSilos(SiloSettings settings) => Log.GetDatabase().KeyDeleteAsync(MembershipKey(settings));
}
