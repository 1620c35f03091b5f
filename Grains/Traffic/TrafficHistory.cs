using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Traffic;

/// <summary>The last hour of one subject: fine slots for the last minute, coarse ones for the hour. Slots without traffic cost nothing.</summary>
internal sealed class TrafficHistory
{
    private const int FineSeconds = 5;
    private const int CoarseSeconds = 300;
    private const int MinuteSeconds = 60;
    private const int HourSeconds = 3600;

    private readonly SortedDictionary<long, TrafficSum> fine = [];
    private readonly SortedDictionary<long, TrafficSum> coarse = [];

    public long LastSecond { get; private set; }

    /// <param name="second">When the sample was taken. Its slot is its own, however late it comes.</param>
    /// <param name="now">Unix seconds; samples older than an hour are dropped.</param>
    public void Add(Guid edge, long second, long now, TrafficSample sample)
    {
        // An edge whose clock runs ahead must not keep slots alive for ever.
        second = Math.Min(second, now);
        if (second <= now - HourSeconds)
        {
            return;
        }

        LastSecond = Math.Max(LastSecond, second);
        if (second > now - MinuteSeconds - FineSeconds)
        {
            Slot(fine, second / FineSeconds).Add(edge, sample);
        }

        Slot(coarse, second / CoarseSeconds).Add(edge, sample);
        Forget(fine, (now - MinuteSeconds) / FineSeconds);
        Forget(coarse, (now - HourSeconds) / CoarseSeconds);
    }

    /// <summary>Adds the last minute and the last hour to two sums.</summary>
    public void AddTo(TrafficSum minute, TrafficSum hour, long now)
    {
        AddSlots(fine, (now - MinuteSeconds) / FineSeconds, minute);
        AddSlots(coarse, (now - HourSeconds) / CoarseSeconds, hour);
    }

    public static TrafficWindow ToMinute(TrafficSum sum) => sum.ToWindow(MinuteSeconds);

    public static TrafficWindow ToHour(TrafficSum sum) => sum.ToWindow(HourSeconds);

    /// <summary>Nothing of it is inside the hour any more.</summary>
    public bool IsOver(long now) => LastSecond <= now - HourSeconds;

    private static TrafficSum Slot(SortedDictionary<long, TrafficSum> slots, long key)
    {
        if (!slots.TryGetValue(key, out TrafficSum? sum))
        {
            slots[key] = sum = new TrafficSum();
        }

        return sum;
    }

    /// <summary>Slots later than <paramref name="after"/>, so that a window never reaches back further than its length.</summary>
    private static void AddSlots(SortedDictionary<long, TrafficSum> slots, long after, TrafficSum sum)
    {
        foreach ((long key, TrafficSum slot) in slots)
        {
            if (key > after)
            {
                sum.Add(slot);
            }
        }
    }

    private static void Forget(SortedDictionary<long, TrafficSum> slots, long upTo)
    {
        while (slots.Count > 0 && slots.First().Key <= upTo)
        {
            slots.Remove(slots.First().Key);
        }
    }
}
