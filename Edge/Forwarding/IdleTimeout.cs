namespace Mesh.Edge.Forwarding;

/// <summary>
/// Kong's three timeouts of one try, on one timer. Only the upstream's silence counts: while the client is slow to send or
/// to read, the clock stands. Never disposed, only stopped: the connector may still hold it when the try is over.
/// </summary>
internal sealed class IdleTimeout : CancellationTokenSource
{
    private readonly TimeSpan write;
    private readonly TimeSpan read;
    private volatile bool answering;
    private volatile bool over;

    public IdleTimeout(TimeSpan write, TimeSpan read, TimeProvider time)
        : base(read, time)
    {
        this.write = write;
        this.read = read;
    }

    public bool Expired => IsCancellationRequested;

    /// <summary>The connector has a deadline of its own; this one only has to stay out of its way.</summary>
    public void Connecting(TimeSpan limit) => BeforeAnswer(limit + read);

    public void Connected() => BeforeAnswer(read);

    /// <summary>The request body's next bytes are the client's to send.</summary>
    public void WaitingForClient() => BeforeAnswer(Timeout.InfiniteTimeSpan);

    /// <summary>Bytes of the request body are on their way to the upstream.</summary>
    public void Writing() => BeforeAnswer(write);

    /// <summary>The whole request body was handed over.</summary>
    public void Written() => BeforeAnswer(read);

    /// <summary>Response headers came, or the upstream's next bytes are waited for.</summary>
    public void Reading()
    {
        answering = true;
        Set(read);
    }

    /// <summary>The client's turn to take what was read.</summary>
    public void Read() => Set(Timeout.InfiniteTimeSpan);

    /// <summary>The try is over. Stops the timer: left alone it would keep the request in memory until it fires.</summary>
    public void Stop()
    {
        over = true;
        CancelAfter(Timeout.InfiniteTimeSpan);
    }

    private void BeforeAnswer(TimeSpan limit)
    {
        if (answering || over)
        {
            return;
        }

        CancelAfter(limit);
        if (over)
        {
            CancelAfter(Timeout.InfiniteTimeSpan);
        }
        else if (answering)
        {
            CancelAfter(read);
        }
    }

    private void Set(TimeSpan limit)
    {
        if (!over)
        {
            CancelAfter(limit);
        }
    }
}
