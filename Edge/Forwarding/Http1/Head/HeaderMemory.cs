namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>
/// The lines of the last head of a connection. An upstream says nearly the same each time, and what was read once need
/// neither be checked nor made into strings again.
/// </summary>
internal sealed class HeaderMemory
{
    private const int MaxLines = 32;
    private const int MaxLineBytes = 256;

    private Entry[] entries = new Entry[8];

    /// <summary>What the line at this place was read as when it last had the same bytes.</summary>
    public bool TryRecall(int place, ReadOnlySpan<byte> line, out HeaderLine read)
    {
        if (place < entries.Length && entries[place] is { Bytes: { } bytes } entry && line.SequenceEqual(bytes.AsSpan(0, entry.Length)))
        {
            read = entry.Read;
            return true;
        }

        read = default;
        return false;
    }

    public void Remember(int place, ReadOnlySpan<byte> line, HeaderLine read)
    {
        if (place >= MaxLines || line.Length > MaxLineBytes)
        {
            return;
        }

        if (place >= entries.Length)
        {
            Array.Resize(ref entries, Math.Min(MaxLines, Math.Max(place + 1, entries.Length * 2)));
        }

        ref Entry entry = ref entries[place];
        if (entry.Bytes is null || entry.Bytes.Length < line.Length)
        {
            entry.Bytes = new byte[line.Length];
        }

        line.CopyTo(entry.Bytes);
        entry.Length = line.Length;
        entry.Read = read;
    }

    private struct Entry
    {
        public byte[]? Bytes;
        public int Length;
        public HeaderLine Read;
    }
}
