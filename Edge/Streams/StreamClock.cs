using System.Collections.Concurrent;

namespace Mesh.Edge.Streams;

/// <summary>
/// One timer for all streams. It looks at each every <see cref="Period"/>, so that a stream costs no timers of its own and
/// noting that bytes moved costs no look at the time.
/// </summary>
internal sealed class StreamClock : IDisposable
{
    private readonly ConcurrentDictionary<ITimed, bool> streams = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private TaskCompletionSource? emptied;
    private long now;

    public StreamClock(TimeProvider time, TimeSpan period)
    {
        this.time = time;
        Period = period;
        now = time.GetTimestamp();
        timer = time.CreateTimer(_ => Tick(), null, period, period);
    }

    public TimeSpan Period { get; }

    /// <summary>Time stamp of the last tick: at most about <see cref="Period"/> ago.</summary>
    public long Now => Volatile.Read(ref now);

    public void Watch(ITimed stream) => streams[stream] = true;

    public void Forget(ITimed stream)
    {
        streams.TryRemove(stream, out _);
        SignalWhenEmpty();
    }

    /// <summary>Completes when no stream is left. For one caller, when no more come.</summary>
    public Task Emptied
    {
        get
        {
            emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            SignalWhenEmpty();
            return emptied.Task;
        }
    }

    /// <summary>Whether more than <paramref name="limit"/> has passed since a time stamp that may be as old as <see cref="Now"/>.</summary>
    public bool HasPassed(TimeSpan limit, long since, long at) => time.GetElapsedTime(since, at) > limit + Period;

    public void Dispose() => timer.Dispose();

    private void SignalWhenEmpty()
    {
        if (Volatile.Read(ref emptied) is { } waiter && streams.IsEmpty)
        {
            waiter.TrySetResult();
        }
    }

    private void Tick()
    {
        long at = time.GetTimestamp();
        Volatile.Write(ref now, at);
        foreach ((ITimed stream, _) in streams)
        {
            stream.Check(at);
        }
    }
}
