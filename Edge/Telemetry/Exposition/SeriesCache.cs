using System.Runtime.CompilerServices;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>
/// Finds the series of tags that are the very objects of an earlier measurement, without reading a letter of them: values of
/// the request path are made once. A place holds one entry, the newest; no lock is taken.
/// </summary>
internal sealed class SeriesCache
{
    private const int Places = 1024;

    private readonly Entry?[] entries = new Entry?[Places];

    public MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Volatile.Read(ref entries[PlaceOf(tags)]) is { } entry && entry.Has(tags) ? entry.Series : null;

    public void Keep(ReadOnlySpan<KeyValuePair<string, object?>> tags, MetricSeries series) =>
        Volatile.Write(ref entries[PlaceOf(tags)], new Entry(tags.ToArray(), series));

    private static int PlaceOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        uint hash = 0;
        foreach (ref readonly KeyValuePair<string, object?> tag in tags)
        {
            hash = (hash * 31) + (uint)RuntimeHelpers.GetHashCode(tag.Value);
        }

        return (int)((hash * 0x9E3779B1) >> 22);
    }

    private sealed class Entry(KeyValuePair<string, object?>[] tags, MetricSeries series)
    {
        public MetricSeries Series => series;

        public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            if (others.Length != tags.Length)
            {
                return false;
            }

            for (int i = 0; i < tags.Length; i++)
            {
                if (!ReferenceEquals(tags[i].Value, others[i].Value) || !(ReferenceEquals(tags[i].Key, others[i].Key) || tags[i].Key == others[i].Key))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
