using System.Collections.Concurrent;
using Mesh.Edge.Balancing;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>The kept connections of one transport, by target.</summary>
internal sealed class UpstreamConnections
{
    private readonly ConcurrentDictionary<string, ConnectionPool> pools = new(StringComparer.OrdinalIgnoreCase);
    private readonly UpstreamConnector connector;
    private readonly ConnectionWatch watch;
    private readonly TimeProvider time;

    public UpstreamConnections(UpstreamConnector connector, ConnectionWatch watch, TimeProvider time)
    {
        this.connector = connector;
        this.watch = watch;
        this.time = time;
        watch.Add(this);
    }

    /// <summary>Exchanges whose clock runs, for tests.</summary>
    internal int Timed => pools.Values.Sum(pool => pool.Timed);

    /// <summary>An idle connection to the target, for the caller's use; null when there is none.</summary>
    public UpstreamConnection? Take(TargetAddress target) => pools.TryGetValue(target.Text, out ConnectionPool? pool) ? pool.Take() : null;

    /// <summary>Opens a connection to the target, for the caller's use.</summary>
    /// <param name="client">Whom it belongs to; null for any.</param>
    /// <inheritdoc cref="UpstreamConnector.ConnectAsync(string, int, TimeSpan, ProxyHeader, CancellationToken)" path="/exception"/>
    public async ValueTask<UpstreamConnection> Open(TargetAddress target, TimeSpan limit, ProxyHeader? client, CancellationToken cancellation)
    {
        DialledConnection dialled = await connector.ConnectAsync(target.Host, target.Port, limit, client, cancellation);
        var connection = new UpstreamConnection(dialled.Socket, dialled.Tls, time.GetTimestamp(), isClients: client is not null);
        while (!pools.GetOrAdd(target.Text, static _ => new ConnectionPool()).TryAdd(connection))
        {
            // The watch is just taking an empty pool away.
        }

        watch.Wake();
        connection.Listen();
        return connection;
    }

    /// <summary>Called by the watch: ends what is due.</summary>
    /// <returns>Whether any connection is open.</returns>
    public bool CheckDeadlines(long now)
    {
        bool any = false;
        foreach (KeyValuePair<string, ConnectionPool> pool in pools)
        {
            if (pool.Value.Open > 0)
            {
                any = true;
                pool.Value.CheckDeadlines(now);
            }
        }

        return any;
    }

    /// <summary>Called by the watch: closes what was kept for too long.</summary>
    public void CloseStale(long idleBefore, long openedBefore)
    {
        foreach (KeyValuePair<string, ConnectionPool> pool in pools)
        {
            pool.Value.CloseStale(idleBefore, openedBefore);
            if (pool.Value.TryRetire())
            {
                pools.TryRemove(pool);
            }
        }
    }
}
