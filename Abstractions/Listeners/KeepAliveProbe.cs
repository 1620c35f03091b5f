namespace Mesh.Abstractions.Listeners;

/// <summary>
/// The <c>so_keepalive</c> flag: <c>on</c>, <c>off</c>, or <c>idle:interval:count</c> where a part left out keeps the
/// operating system's value. Times are whole seconds.
/// </summary>
public sealed record KeepAliveProbe(bool Enabled, int? IdleSeconds = null, int? IntervalSeconds = null, int? Count = null)
{
    private const int MaxSeconds = 32767;
    private const int MaxCount = 127;

    public static bool TryParse(string text, out KeepAliveProbe? probe)
    {
        probe = text switch
        {
            "on" => new KeepAliveProbe(true),
            "off" => new KeepAliveProbe(false),
            _ => null,
        };
        if (probe is not null)
        {
            return true;
        }

        string[] parts = text.Split(':');
        if (parts.Length != 3 || parts.All(string.IsNullOrEmpty)
            || !TryNumber(parts[0], withUnit: true, MaxSeconds, out int? idle)
            || !TryNumber(parts[1], withUnit: true, MaxSeconds, out int? interval)
            || !TryNumber(parts[2], withUnit: false, MaxCount, out int? count))
        {
            return false;
        }

        probe = new KeepAliveProbe(true, idle, interval, count);
        return true;
    }

    public override string ToString() =>
        !Enabled ? "off"
        : (IdleSeconds, IntervalSeconds, Count) is (null, null, null) ? "on"
        : $"{IdleSeconds}:{IntervalSeconds}:{Count}";

    /// <summary>Empty means not given; nginx times may carry <c>s</c>, <c>m</c> or <c>h</c>.</summary>
    private static bool TryNumber(string text, bool withUnit, int max, out int? value)
    {
        value = null;
        if (text.Length == 0)
        {
            return true;
        }

        int scale = 1;
        if (withUnit && text[^1] is 's' or 'm' or 'h')
        {
            scale = text[^1] switch { 'm' => 60, 'h' => 3600, _ => 1 };
            text = text[..^1];
        }

        if (text.Length is 0 or > 6 || !text.All(char.IsAsciiDigit))
        {
            return false;
        }

        long scaled = long.Parse(text) * scale;
        value = (int)Math.Min(scaled, int.MaxValue);
        return scaled >= 1 && scaled <= max;
    }
}
