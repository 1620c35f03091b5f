using Mesh.Abstractions.Sealing;
using Mesh.Grains.Log;
using Mesh.Silo.Hosting;
using Mesh.Silo.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Log;

public enum StoreKind
{
    Embedded,
    Redis,
}

/// <summary>One of the two stores that the log must work alike on, with a client of its own.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    /// <summary>A machine busy with other tests is no failure of the store.</summary>
    private const int PatienceMilliseconds = 15_000;

    private readonly List<IConnectionMultiplexer> connections = [];
    private EmbeddedStore? embedded;

    private StoreUnderTest(StoreKind kind) => Kind = kind;

    public StoreKind Kind { get; }

    public RedisServer? Redis { get; private set; }

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("mesh-store-").FullName;

    public ConfigurationOptions Endpoint => embedded?.Endpoint ?? ConfigurationOptions.Parse($"127.0.0.1:{Redis!.Port}");

    /// <summary>For looking at what lies in the store.</summary>
    public IDatabase Database { get; private set; } = null!;

    public static async Task<StoreUnderTest> Start(StoreKind kind)
    {
        var store = new StoreUnderTest(kind);
        if (kind == StoreKind.Redis)
        {
            store.Redis = new RedisServer();
            await store.Redis.Start();
        }
        else
        {
            store.embedded = EmbeddedStore.Start(store.DataDirectory);
        }

        store.Database = (await store.Connect()).GetDatabase();
        return store;
    }

    /// <summary>Ends the store and starts it again on the same files.</summary>
    public async Task Restart()
    {
        if (Redis is not null)
        {
            await Redis.Kill();
            await Redis.Start();
        }
        else
        {
            embedded!.Dispose();
            embedded = EmbeddedStore.Start(DataDirectory);
        }

        Database = (await Connect()).GetDatabase();
    }

    /// <summary>Every writer gets a connection of its own, as silos do.</summary>
    public async Task<WorkspaceLog> Open(string workspace = "default", LogSettings? settings = null, string? keyringKey = null) => new(
        (await Connect()).GetDatabase(), workspace, new PayloadSeal(keyringKey), settings ?? new LogSettings(), TimeProvider.System, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (IConnectionMultiplexer connection in connections)
        {
            await connection.DisposeAsync();
        }

        embedded?.Dispose();
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task<IConnectionMultiplexer> Connect()
    {
        ConfigurationOptions options = LogStore.ClientOptions(Endpoint);
        options.AsyncTimeout = PatienceMilliseconds;
        options.AllowAdmin = true;
        IConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(options);
        connections.Add(connection);
        return connection;
    }
}
