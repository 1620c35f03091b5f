using System.Runtime.InteropServices;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// The idle connections to one target, in a stack for each lane, the last used on top. Taking and returning one is a
/// compare-and-swap; only opening and closing take a lock.
/// </summary>
internal sealed class ConnectionPool
{
    private const int FirstPlaces = 16;
    private readonly Lock gate = new();
    private readonly Stack<int> freePlaces = new();
    private UpstreamConnection?[] places = new UpstreamConnection?[FirstPlaces];
    private int used;

    private readonly StackTop[] tops = new StackTop[Lane.Count];
    private int open;
    private bool retired;

    /// <summary>Connections that are open, idle or not.</summary>
    public int Open => Volatile.Read(ref open);

    internal int Timed => Volatile.Read(ref places).Count(connection => connection?.Deadline.IsSet ?? false);

    /// <summary>An idle connection, no longer in the pool, best one of this thread's lane; null when there is none.</summary>
    public UpstreamConnection? Take()
    {
        int mine = Lane.Current;
        for (int i = 0; i < tops.Length; i++)
        {
            if (Take(ref tops[(mine + i) & (tops.Length - 1)].Value) is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>Puts back a connection that <see cref="UpstreamConnection.Rest"/>s.</summary>
    public void Return(UpstreamConnection connection) => Push(ref tops[connection.Lane].Value, connection);

    /// <summary>Takes up a new connection, for the caller's use. False when the pool is no longer one.</summary>
    public bool TryAdd(UpstreamConnection connection)
    {
        lock (gate)
        {
            if (retired)
            {
                return false;
            }

            if (!freePlaces.TryPop(out int place))
            {
                place = ++used;
                if (place > places.Length)
                {
                    UpstreamConnection?[] more = new UpstreamConnection?[places.Length * 2];
                    places.CopyTo(more, 0);
                    Volatile.Write(ref places, more);
                }
            }

            places[place - 1] = connection;
            connection.Place = place;
            connection.Pool = this;
            open++;
            return true;
        }
    }

    /// <summary>Takes no connection any more. False while it has one.</summary>
    public bool TryRetire()
    {
        lock (gate)
        {
            return retired = open == 0;
        }
    }

    /// <summary>Closes a connection that is not (or no longer) in the stack.</summary>
    public void Close(UpstreamConnection connection)
    {
        connection.Close();
        lock (gate)
        {
            if (connection.Place > 0)
            {
                places[connection.Place - 1] = null;
                freePlaces.Push(connection.Place);
                connection.Place = 0;
                open--;
            }
        }
    }

    /// <summary>Called by the watch: ends what is due.</summary>
    public void CheckDeadlines(long now)
    {
        foreach (UpstreamConnection? connection in Volatile.Read(ref places))
        {
            connection?.Deadline.Check(now);
        }
    }

    /// <summary>Called by the watch: closes idle connections that were kept for too long. They leave the stack when they come to its top.</summary>
    public void CloseStale(long idleBefore, long openedBefore)
    {
        bool closed = false;
        foreach (UpstreamConnection? connection in Volatile.Read(ref places))
        {
            closed |= connection?.CloseIfStale(idleBefore, openedBefore) ?? false;
        }

        for (int i = 0; closed && i < tops.Length; i++)
        {
            DropClosed(ref tops[i].Value);
        }
    }

    private UpstreamConnection? Take(ref long top)
    {
        while (true)
        {
            long seen = Volatile.Read(ref top);
            int place = (int)seen;
            if (place == 0)
            {
                return null;
            }

            UpstreamConnection? connection = Volatile.Read(ref places)[place - 1];
            if (connection is null || Interlocked.CompareExchange(ref top, Next(seen, connection.Below), seen) != seen)
            {
                continue;
            }

            if (connection.TryTake())
            {
                return connection;
            }

            Close(connection);
        }
    }

    private static void Push(ref long top, UpstreamConnection connection)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref top);
            connection.Below = (int)seen;
        }
        while (Interlocked.CompareExchange(ref top, Next(seen, connection.Place), seen) != seen);
    }

    /// <summary>Whoever is alive goes back; for the moment of it, requests may open a connection more.</summary>
    private void DropClosed(ref long top)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref top);
        }
        while (Interlocked.CompareExchange(ref top, Next(seen, 0), seen) != seen);

        List<UpstreamConnection> alive = [];
        for (int place = (int)seen; place != 0;)
        {
            UpstreamConnection connection = places[place - 1]!;
            place = connection.Below;
            if (connection.IsDead)
            {
                Close(connection);
            }
            else
            {
                alive.Add(connection);
            }
        }

        for (int i = alive.Count - 1; i >= 0; i--)
        {
            Push(ref top, alive[i]);
        }
    }

    private static long Next(long seen, int place) => ((seen >> 32) + 1) << 32 | (uint)place;

    /// <summary>
    /// Place of the top connection (0 for none) in the lower half; the upper half counts changes, so that a top that was
    /// taken and returned meanwhile is not mistaken for the same stack. In a cache line of its own.
    /// </summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct StackTop
    {
        public long Value;
    }
}
