using Mesh.Edge.Hosting;

namespace Mesh.Silo.Admin.Logging;

/// <summary>A log level that holds for a time; then the one from the settings is back.</summary>
internal sealed class LogLevelOverride : IDisposable
{
    private readonly Lock gate = new();
    private readonly ProcessLogLevel level;
    private readonly LogLevel configured;
    private readonly ITimer timer;

    public LogLevelOverride(ProcessLogLevel level, TimeProvider time)
    {
        this.level = level;
        configured = level.Level;
        timer = time.CreateTimer(_ => Restore(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public LogLevel Level => level.Level;

    /// <returns>False when it is the level already; nothing changes then, not even the time.</returns>
    public bool Set(LogLevel next, TimeSpan duration)
    {
        lock (gate)
        {
            if (level.Level == next)
            {
                return false;
            }

            level.Change(next);
            timer.Change(next == configured ? Timeout.InfiniteTimeSpan : duration, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    public void Dispose() => timer.Dispose();

    private void Restore()
    {
        lock (gate)
        {
            level.Change(configured);
        }
    }
}
