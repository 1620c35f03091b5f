namespace Mesh.Edge.Streams.Relay;

/// <summary>What both directions of a relay note of themselves and the clock reads.</summary>
internal sealed class RelayProgress(StreamClock clock)
{
    private long received;
    private long sent;
    private long movedAt = clock.Now;
    private long sendingSince;
    private int directions = 2;

    /// <summary>From the client.</summary>
    public long Received => Volatile.Read(ref received);

    /// <summary>To the client.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>When bytes last came, either way.</summary>
    public long MovedAt => Volatile.Read(ref movedAt);

    /// <summary>Since when the target does not take what is sent to it; 0 while it does.</summary>
    public long SendingSince => Volatile.Read(ref sendingSince);

    /// <summary>The relay begins: what was before it does not count as idle.</summary>
    public void Begin() => Volatile.Write(ref movedAt, clock.Now);

    public void Moved(bool fromClient, int bytes)
    {
        // Each direction has one writer.
        ref long count = ref (fromClient ? ref received : ref sent);
        Volatile.Write(ref count, count + bytes);
        Volatile.Write(ref movedAt, clock.Now);
    }

    /// <summary>True for the second of the two.</summary>
    public bool DirectionEnds() => Interlocked.Decrement(ref directions) == 0;

    public void TargetStalls() => Volatile.Write(ref sendingSince, clock.Now);

    public void TargetTakes() => Volatile.Write(ref sendingSince, 0);
}
