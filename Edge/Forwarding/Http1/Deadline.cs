using System.Net.Sockets;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// When an exchange on a connection must end: at a time, or with its client. The watch closes the socket then, which ends
/// whatever waits on it. Setting it costs no timer.
/// </summary>
internal sealed class Deadline(Socket socket)
{
    private const long None = 0;
    private const long Passed = -1;
    private const long Left = -2;

    private long due;
    private CancellationToken client;

    /// <summary>The time came.</summary>
    public bool Expired => Volatile.Read(ref due) == Passed;

    /// <summary>The client has gone.</summary>
    public bool Abandoned => Volatile.Read(ref due) == Left;

    public bool IsSet => Volatile.Read(ref due) > None;

    /// <summary>For a new exchange, whose client's connection ends with <paramref name="clientGone"/>.</summary>
    public void Begin(CancellationToken clientGone)
    {
        client = clientGone;
        Volatile.Write(ref due, None);
    }

    /// <param name="time">Time stamp.</param>
    public void Set(long time) => Replace(time);

    /// <summary>The clock stands: it is the client's turn.</summary>
    public void Pause() => Replace(None);

    /// <summary>The exchange is over. False when the deadline came first.</summary>
    public bool Clear()
    {
        if (!Replace(None))
        {
            return false;
        }

        client = default;
        return true;
    }

    /// <summary>The client took its request back.</summary>
    public void Abandon()
    {
        long seen = Volatile.Read(ref due);
        if (seen >= None)
        {
            End(seen, Left);
        }
    }

    /// <summary>Called by the watch, again and again.</summary>
    public void Check(long now)
    {
        long seen = Volatile.Read(ref due);
        if (seen <= None)
        {
            return;
        }

        if (client.IsCancellationRequested)
        {
            End(seen, Left);
        }
        else if (now >= seen)
        {
            End(seen, Passed);
        }
    }

    private bool Replace(long time)
    {
        long before = Interlocked.Exchange(ref due, time);
        if (before >= None)
        {
            return true;
        }

        Volatile.Write(ref due, before);
        return false;
    }

    private void End(long seen, long how)
    {
        // Every exchange sets times of its own: what was seen of an earlier one is not found any more.
        if (Interlocked.CompareExchange(ref due, how, seen) == seen)
        {
            socket.Dispose();
        }
    }
}
