namespace Mesh.Edge.Listeners;

/// <summary>Bounds the connections that are between accept and their first protocol bytes.</summary>
internal sealed class HalfOpenGate(int limit)
{
    private int count;
    private long refused;

    public int Count => Volatile.Read(ref count);

    public long Refused => Volatile.Read(ref refused);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref count) <= limit)
        {
            return true;
        }

        Leave();
        Interlocked.Increment(ref refused);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref count);
}
