namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>
/// Counters by number. Each core has its own copies, so that cores never write the same memory; reading sums them up.
/// Adding takes no lock and, once a core has seen a counter's neighbourhood, allocates nothing.
/// </summary>
internal sealed class SlotBank
{
    private const int ChunkBits = 10;
    private const int ChunkSlots = 1 << ChunkBits;

    private readonly long[]?[][] lanes = new long[]?[Environment.ProcessorCount][];
    private int taken;

    /// <param name="capacity">Counters at most.</param>
    public SlotBank(int capacity)
    {
        for (int i = 0; i < lanes.Length; i++)
        {
            lanes[i] = new long[]?[(capacity + ChunkSlots - 1) / ChunkSlots];
        }
    }

    /// <summary>Takes <paramref name="count"/> counters in a row, unless that many are not left below <paramref name="limit"/>.</summary>
    public bool TryTake(int count, int limit, out int first)
    {
        while (true)
        {
            first = Volatile.Read(ref taken);
            if (first + count > limit)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref taken, first + count, first) == first)
            {
                return true;
            }
        }
    }

    public void Add(int slot, long value)
    {
        long[]?[] lane = lanes[(uint)Thread.GetCurrentProcessorId() % (uint)lanes.Length];
        long[] chunk = Volatile.Read(ref lane[slot >> ChunkBits]) ?? Open(lane, slot >> ChunkBits);
        Interlocked.Add(ref chunk[slot & (ChunkSlots - 1)], value);
    }

    /// <summary>For a counter of fractions; it must be read by <see cref="SumDouble"/>.</summary>
    public void AddDouble(int slot, double value)
    {
        long[]?[] lane = lanes[(uint)Thread.GetCurrentProcessorId() % (uint)lanes.Length];
        long[] chunk = Volatile.Read(ref lane[slot >> ChunkBits]) ?? Open(lane, slot >> ChunkBits);
        ref long bits = ref chunk[slot & (ChunkSlots - 1)];
        long seen = Volatile.Read(ref bits);
        while (true)
        {
            long found = Interlocked.CompareExchange(ref bits, BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + value), seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    public double SumDouble(int slot)
    {
        double sum = 0;
        foreach (long[]?[] lane in lanes)
        {
            sum += Volatile.Read(ref lane[slot >> ChunkBits]) is { } chunk ? BitConverter.Int64BitsToDouble(Volatile.Read(ref chunk[slot & (ChunkSlots - 1)])) : 0;
        }

        return sum;
    }

    public long Sum(int slot)
    {
        long sum = 0;
        foreach (long[]?[] lane in lanes)
        {
            sum += Volatile.Read(ref lane[slot >> ChunkBits]) is { } chunk ? Volatile.Read(ref chunk[slot & (ChunkSlots - 1)]) : 0;
        }

        return sum;
    }

    private static long[] Open(long[]?[] lane, int chunk)
    {
        var made = new long[ChunkSlots];
        return Interlocked.CompareExchange(ref lane[chunk], made, null) ?? made;
    }
}
