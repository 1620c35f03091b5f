namespace Mesh.Edge.Plugins.RateLimiting;

/// <summary>
/// The counters of one caller, one per period. A counter is one word, window in the upper half and count in the lower, so
/// that opening a window and counting in it is one atomic exchange: no more than the limit is ever let through.
/// </summary>
internal sealed class WindowCounters
{
    private readonly long[] words = new long[LimitPeriods.Count];

    /// <summary>
    /// Counts one more if the limit allows it.
    /// </summary>
    /// <param name="window">The caller's window; on return the one it was counted in, which may already be the next.</param>
    /// <param name="used">What was counted before.</param>
    public bool TryTake(LimitPeriod period, ref uint window, double limit, out uint used)
    {
        ref long word = ref words[(int)period];
        while (true)
        {
            long seen = Volatile.Read(ref word);
            uint seenWindow = (uint)(seen >>> 32);

            // Another core's clock reading may be one window ahead. Anything else that differs is a new window, or a clock
            // that was set back, for which nobody should be shut out until it has caught up.
            if (seenWindow == window + 1)
            {
                window = seenWindow;
            }

            used = seenWindow == window ? (uint)seen : 0;
            if (used >= limit)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref word, Pack(window, used + 1), seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Gives back what was taken in a window, unless that is over.</summary>
    public void GiveBack(LimitPeriod period, uint window)
    {
        ref long word = ref words[(int)period];
        while (true)
        {
            long seen = Volatile.Read(ref word);
            if ((uint)(seen >>> 32) != window || (uint)seen == 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref word, Pack(window, (uint)seen - 1), seen) == seen)
            {
                return;
            }
        }
    }

    public uint Used(LimitPeriod period, uint window)
    {
        long seen = Volatile.Read(ref words[(int)period]);
        return (uint)(seen >>> 32) == window ? (uint)seen : 0;
    }

    private static long Pack(uint window, uint count) => ((long)window << 32) | count;
}
