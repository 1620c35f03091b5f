using System.Numerics;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// Numbers the threads that completions run on. Where they run on the socket's own polling thread, an exchange whose two
/// connections belong to one thread is served by it alone: no other is woken, and its data stay in one cache.
/// </summary>
internal static class Lane
{
    public static readonly int Count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64));

    /// <summary>The runtime's name for the threads that poll sockets.</summary>
    private const string PollingThread = ".NET Sockets";

    private static int polling;

    /// <summary>One more than the lane; 0 while not known.</summary>
    [ThreadStatic]
    private static int mine;

    /// <summary>Of this thread: from 0 to below <see cref="Count"/>.</summary>
    public static int Current => (mine == 0 ? mine = 1 + Next() : mine) - 1;

    /// <summary>Polling threads are counted apart: threads of the pool that came between them would put two into one lane.</summary>
    private static int Next() =>
        (Thread.CurrentThread.Name == PollingThread ? Interlocked.Increment(ref polling) : Environment.CurrentManagedThreadId) & (Count - 1);
}
