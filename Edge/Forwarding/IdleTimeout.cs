using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// Kong's three timeouts of one try, on one timer. Only the upstream's silence counts: while the client is slow to send, the
/// clock stands, and to read it has <see cref="ClientLimit"/>, on a timer of its own. Never disposed, only stopped: the connector
/// may still hold it when the try is over.
/// </summary>
internal sealed class IdleTimeout : CancellationTokenSource
{
    /// <summary>
    /// How long a client may take for a piece of an answer, of 64 KB at most. The server has a minimum rate of its own, as strict, but
    /// does not see that a client keeps the window of an HTTP/2 stream shut.
    /// </summary>
    public static readonly TimeSpan ClientLimit = TimeSpan.FromMinutes(5);

    private readonly TimeProvider time;
    private readonly TimeSpan write;
    private readonly TimeSpan read;
    private volatile bool answering;
    private volatile bool over;
    private ITimer? clientsTurn;

    public IdleTimeout(TimeSpan write, TimeSpan read, TimeProvider time)
        : base(read, time)
    {
        this.time = time;
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
        clientsTurn?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Set(read);
    }

    /// <summary>The upstream has said what it was asked for.</summary>
    public void Read() => Set(Timeout.InfiniteTimeSpan);

    /// <summary>The client's turn to take what was read. Its exchange is aborted when it does not.</summary>
    public void Read(HttpContext client)
    {
        Read();
        if (!over)
        {
            clientsTurn ??= AbortLater(client, time);
            clientsTurn.Change(ClientLimit, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A timer that stands and aborts a client's exchange once it was set and has gone off.</summary>
    public static ITimer AbortLater(HttpContext client, TimeProvider time) =>
        time.CreateTimer(static http => ((HttpContext)http!).Abort(), client, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>The try is over. Stops the timer: left alone it would keep the request in memory until it fires.</summary>
    public void Stop()
    {
        over = true;
        clientsTurn?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
