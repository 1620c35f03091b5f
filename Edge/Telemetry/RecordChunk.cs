namespace Mesh.Edge.Telemetry;

/// <summary>
/// A run of records that writers fill without a lock. A slot is claimed by counting up, written, then counted as written.
/// Closing sets the claim counter beyond the end, so that a late writer finds the chunk full and goes to the next one;
/// until it is opened again nothing can be claimed in it.
/// </summary>
internal sealed class RecordChunk
{
    public const int Capacity = 1024;
    private readonly TrafficRecord[] records = new TrafficRecord[Capacity];
    private int claimed = Capacity;
    private int written;
    private int count;

    /// <summary>False when the chunk is full or closed.</summary>
    public bool TryWrite(in TrafficRecord record)
    {
        int slot = Interlocked.Increment(ref claimed) - 1;
        if ((uint)slot >= Capacity)
        {
            return false;
        }

        records[slot] = record;
        Interlocked.Increment(ref written);
        return true;
    }

    /// <summary>Called by the one who takes the chunk out of use.</summary>
    public void Close() => count = Math.Min(Interlocked.Exchange(ref claimed, Capacity), Capacity);

    /// <summary>Every claimed slot is written. A writer can be between claim and write for as long as its thread is off the processor.</summary>
    public bool IsComplete => Volatile.Read(ref written) == count;

    public ReadOnlySpan<TrafficRecord> Records => records.AsSpan(0, count);

    /// <summary>Makes a closed, read chunk ready for writers.</summary>
    public void Open()
    {
        records.AsSpan(0, count).Clear();
        written = 0;
        count = 0;
        Volatile.Write(ref claimed, 0);
    }
}
