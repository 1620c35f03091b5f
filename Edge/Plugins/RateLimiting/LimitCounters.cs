using System.Collections.Concurrent;

namespace Mesh.Edge.Plugins.RateLimiting;

/// <summary>
/// The counters of all callers of one plugin entity. Bounded: callers are kept in two generations; when the younger is full
/// the older is dropped whole, and whoever was seen since lives on.
/// </summary>
internal sealed class LimitCounters(int generationSize)
{
    /// <summary>Callers in one generation; twice as many are kept at most. Some 150 bytes each.</summary>
    public const int GenerationSize = 100_000;

    private Generation current = new(new(), new());

    public LimitCounters()
        : this(GenerationSize)
    {
    }

    public int Count => Volatile.Read(ref current) is var generation ? generation.Young.Count + generation.Old.Count : 0;

    public WindowCounters Of(in LimitKey key)
    {
        Generation generation = Volatile.Read(ref current);
        if (generation.Young.TryGetValue(key, out WindowCounters? counters))
        {
            return counters;
        }

        while (true)
        {
            counters = Acquire(generation, key, counters);

            // The generations may have turned meanwhile and another request have made this caller's counters anew. Nothing
            // was counted in ours yet: go by what stands there now.
            Generation now = Volatile.Read(ref current);
            if (now == generation)
            {
                return counters;
            }

            generation = now;
        }
    }

    private WindowCounters Acquire(Generation generation, in LimitKey key, WindowCounters? candidate)
    {
        if (generation.Young.TryGetValue(key, out WindowCounters? counters))
        {
            return counters;
        }

        if (generation.Old.TryGetValue(key, out counters))
        {
            candidate = counters;
        }

        candidate ??= new WindowCounters();
        counters = generation.Young.GetOrAdd(key, candidate);
        if (counters == candidate && Interlocked.Increment(ref generation.YoungCount) >= generationSize)
        {
            Interlocked.CompareExchange(ref current, new Generation(new(), generation.Young), generation);
        }

        return counters;
    }

    private sealed class Generation(ConcurrentDictionary<LimitKey, WindowCounters> young, ConcurrentDictionary<LimitKey, WindowCounters> old)
    {
        public int YoungCount;

        public ConcurrentDictionary<LimitKey, WindowCounters> Young => young;

        public ConcurrentDictionary<LimitKey, WindowCounters> Old => old;
    }
}
