using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Grains.Workspaces;

/// <summary>Readings that edges page through, each captured at one revision and kept while it is used.</summary>
internal sealed class SnapshotReadings(TimeProvider time)
{
    public const int MaxReadings = 4;

    /// <summary>A reading that nobody asked for so long is dropped.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private readonly List<Reading> readings = [];

    /// <summary>Of the reading at <paramref name="revision"/>; null: of one at the head, taken now if need be.</summary>
    /// <returns>Null when there is no such reading or page.</returns>
    public SnapshotPage? Page(LiveWorkspace live, long? revision, int page)
    {
        DropIdle();
        long wanted = revision ?? live.Revision;
        Reading? reading = readings.Find(reading => reading.Revision == wanted);
        if (reading is null)
        {
            if (revision is not null)
            {
                return null;
            }

            reading = new Reading(wanted, SnapshotPaging.Split(live.State.Capture()));
            if (readings.Count == MaxReadings)
            {
                readings.Remove(readings.MinBy(old => old.UsedAt)!);
            }

            readings.Add(reading);
        }

        reading.UsedAt = time.GetTimestamp();
        return page >= 0 && page < reading.Pages.Count
            ? new SnapshotPage(reading.Revision, page, reading.Pages.Count, [.. reading.Pages[page]])
            : null;
    }

    public void DropIdle() => readings.RemoveAll(reading => time.GetElapsedTime(reading.UsedAt) > IdleLimit);

    public void Clear() => readings.Clear();

    private sealed class Reading(long revision, List<ArraySegment<EntityChange>> pages)
    {
        public long Revision { get; } = revision;

        public List<ArraySegment<EntityChange>> Pages { get; } = pages;

        public long UsedAt { get; set; }
    }
}
