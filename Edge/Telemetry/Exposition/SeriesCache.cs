using System.Runtime.CompilerServices;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>
/// Finds the series of tags seen before and allocates nothing: first by the very objects, without reading a letter of them
/// (values of the request path are made once), then by what they say (the server's own instruments make their tags anew each
/// time). A place holds one entry, the newest; no lock is taken.
/// </summary>
internal sealed class SeriesCache
{
    private const int Places = 1024;

    private readonly Entry?[] byObjects = new Entry?[Places];
    private readonly Entry?[] byValues = new Entry?[Places];

    public MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Volatile.Read(ref byObjects[PlaceOfObjects(tags)]) is { } same && same.IsOfObjects(tags))
        {
            return same.Series;
        }

        return Volatile.Read(ref byValues[PlaceOfValues(tags)]) is { } equal && equal.IsOfValues(tags) ? equal.Series : null;
    }

    public void Keep(ReadOnlySpan<KeyValuePair<string, object?>> tags, MetricSeries series)
    {
        var entry = new Entry(tags.ToArray(), series);
        Volatile.Write(ref byObjects[PlaceOfObjects(tags)], entry);
        Volatile.Write(ref byValues[PlaceOfValues(tags)], entry);
    }

    private static int PlaceOfObjects(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        uint hash = 0;
        foreach (ref readonly KeyValuePair<string, object?> tag in tags)
        {
            hash = (hash * 31) + (uint)RuntimeHelpers.GetHashCode(tag.Value);
        }

        return PlaceOf(hash);
    }

    private static int PlaceOfValues(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        uint hash = 0;
        foreach (ref readonly KeyValuePair<string, object?> tag in tags)
        {
            hash = (hash * 31) + (uint)(tag.Value?.GetHashCode() ?? 0);
        }

        return PlaceOf(hash);
    }

    private static int PlaceOf(uint hash) => (int)((hash * 0x9E3779B1) >> 22);

    private sealed class Entry(KeyValuePair<string, object?>[] tags, MetricSeries series)
    {
        public MetricSeries Series => series;

        public bool IsOfObjects(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            for (int i = 0; i < tags.Length && others.Length == tags.Length; i++)
            {
                if (!ReferenceEquals(tags[i].Value, others[i].Value) || !HasName(i, others[i].Key))
                {
                    return false;
                }
            }

            return others.Length == tags.Length;
        }

        public bool IsOfValues(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            for (int i = 0; i < tags.Length && others.Length == tags.Length; i++)
            {
                if (!Equals(tags[i].Value, others[i].Value) || !HasName(i, others[i].Key))
                {
                    return false;
                }
            }

            return others.Length == tags.Length;
        }

        private bool HasName(int i, string name) => ReferenceEquals(tags[i].Key, name) || tags[i].Key == name;
    }
}
