using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>A clock that stands until it is moved, and that tells for how long a timer was set last.</summary>
internal sealed class ManualTime : FakeTimeProvider
{
    private long lastDueTicks;

    public TimeSpan LastDue => TimeSpan.FromTicks(Interlocked.Read(ref lastDueTicks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Exchange(ref lastDueTicks, dueTime.Ticks);
        return new Watched(this, base.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class Watched(ManualTime time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = inner.Change(dueTime, period);
            Interlocked.Exchange(ref time.lastDueTicks, dueTime.Ticks);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
