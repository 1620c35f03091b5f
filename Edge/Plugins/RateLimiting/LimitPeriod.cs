namespace Mesh.Edge.Plugins.RateLimiting;

/// <summary>A kind of window. Windows are aligned with the UTC calendar, as Kong's.</summary>
internal enum LimitPeriod
{
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

internal static class LimitPeriods
{
    public const int Count = 6;

    /// <summary>Number of the window that holds this moment; rises by one from window to window.</summary>
    public static uint WindowAt(this LimitPeriod period, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return (uint)(period switch
        {
            LimitPeriod.Second => seconds,
            LimitPeriod.Minute => seconds / 60,
            LimitPeriod.Hour => seconds / 3600,
            LimitPeriod.Day => seconds / 86_400,
            LimitPeriod.Month => (now.UtcDateTime.Year * 12) + now.UtcDateTime.Month - 1,
            _ => now.UtcDateTime.Year,
        });
    }

    /// <summary>Whole seconds until the next window, at least 1.</summary>
    public static long SecondsLeft(this LimitPeriod period, DateTimeOffset now)
    {
        DateTime utc = now.UtcDateTime;
        long seconds = now.ToUnixTimeSeconds();
        long end = period switch
        {
            LimitPeriod.Second => seconds + 1,
            LimitPeriod.Minute => ((seconds / 60) + 1) * 60,
            LimitPeriod.Hour => ((seconds / 3600) + 1) * 3600,
            LimitPeriod.Day => ((seconds / 86_400) + 1) * 86_400,
            LimitPeriod.Month => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1).ToUnixTimeSeconds(),
            _ => new DateTimeOffset(utc.Year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
        };
        return Math.Max(1, end - seconds);
    }
}
