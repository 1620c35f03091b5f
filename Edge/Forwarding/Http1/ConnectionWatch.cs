using System.Collections.Concurrent;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// Looks after all kept connections in turn, so that no request pays for timers: ends exchanges whose time is up or whose
/// client has gone, closes connections that nobody used. Sleeps while there are none.
/// </summary>
internal sealed class ConnectionWatch
{
    /// <summary>How late a timeout may be noticed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    /// <summary>Kong's upstream_keepalive_idle_timeout.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>So that a changed DNS answer is followed.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Idle connections are looked at once in so many rounds.</summary>
    private const int RoundsBetweenStale = 20;

    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly ConcurrentDictionary<WeakReference<UpstreamConnections>, bool> watched = new();
    private int awake;
    private int looking;
    private int round;

    public ConnectionWatch(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(static watch => ((ConnectionWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Transports live as long as someone uses them; being watched does not count.</summary>
    public void Add(UpstreamConnections connections) => watched.TryAdd(new WeakReference<UpstreamConnections>(connections), true);

    /// <summary>There is a connection to look after.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref awake, 1) == 0)
        {
            timer.Change(Period, Period);
        }
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref looking, 1) == 1)
        {
            return;
        }

        try
        {
            if (!LookAtAll())
            {
                Sleep();
            }
        }
        finally
        {
            Volatile.Write(ref looking, 0);
        }
    }

    private bool LookAtAll()
    {
        bool any = false;
        bool stale = ++round % RoundsBetweenStale == 0;
        long now = time.GetTimestamp();
        foreach (KeyValuePair<WeakReference<UpstreamConnections>, bool> entry in watched)
        {
            if (!entry.Key.TryGetTarget(out UpstreamConnections? connections))
            {
                watched.TryRemove(entry);
                continue;
            }

            any |= connections.CheckDeadlines(now);
            if (stale)
            {
                connections.CloseStale(Before(now, IdleTimeout), Before(now, Lifetime));
            }
        }

        return any;
    }

    private void Sleep()
    {
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Volatile.Write(ref awake, 0);

        // A connection opened in between found the watch awake.
        if (LookAtAll())
        {
            Wake();
        }
    }

    private long Before(long now, TimeSpan span) => now - (long)(span.TotalSeconds * time.TimestampFrequency);
}
