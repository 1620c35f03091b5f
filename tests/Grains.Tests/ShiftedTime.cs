namespace Mesh.Grains.Tests;

/// <summary>The system's clock, moved: a silo's own timers must go on, so a wholly false clock will not do.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long shiftTicks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref shiftTicks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref shiftTicks, by.Ticks);
}
