using System.Runtime.InteropServices;

namespace Mesh.Edge.Status;

/// <summary>Counts requests begun and ended, each core in a cache line of its own.</summary>
internal sealed class RequestCounter
{
    private readonly Cell[] cells = new Cell[Environment.ProcessorCount];

    public long Total => Sum().Begun;

    public long InFlight
    {
        get
        {
            (long begun, long ended) = Sum();
            return Math.Max(0, begun - ended);
        }
    }

    public void Begin() => Interlocked.Increment(ref Mine.Begun);

    public void End() => Interlocked.Increment(ref Mine.Ended);

    private ref Cell Mine => ref cells[(uint)Thread.GetCurrentProcessorId() % (uint)cells.Length];

    private (long Begun, long Ended) Sum()
    {
        long begun = 0;
        long ended = 0;
        foreach (ref Cell cell in cells.AsSpan())
        {
            // Ended first: a request that ends in between is then counted as in flight, never as less than none.
            ended += Volatile.Read(ref cell.Ended);
            begun += Volatile.Read(ref cell.Begun);
        }

        return (begun, ended);
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Cell
    {
        public long Begun;
        public long Ended;
    }
}
