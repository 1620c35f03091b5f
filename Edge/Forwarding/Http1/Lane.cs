using System.Numerics;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// Numbers the threads that completions run on. Where they run on the socket's own polling thread, an exchange whose two
/// connections belong to one thread is served by it alone: no other is woken, and its data stay in one cache.
/// </summary>
internal static class Lane
{
    public static readonly int Count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64));

    private static int last;

    [ThreadStatic]
    private static int mine;

    /// <summary>Of this thread: from 0 to below <see cref="Count"/>.</summary>
    public static int Current => (mine == 0 ? mine = Interlocked.Increment(ref last) : mine) & (Count - 1);
}
