namespace Mesh.Grains.Log;

/// <summary>A page or a piece of one: the first byte says whether more of the same page follows in the next key.</summary>
internal static class SnapshotPart
{
    private const byte Last = 0;
    private const byte More = 1;
    private const int PieceBytes = LogLimits.MaxValueBytes - 1;

    public static IEnumerable<byte[]> Split(byte[] page)
    {
        for (int start = 0; start < page.Length; start += PieceBytes)
        {
            int length = Math.Min(PieceBytes, page.Length - start);
            byte[] part = new byte[1 + length];
            part[0] = start + length < page.Length ? More : Last;
            page.AsSpan(start, length).CopyTo(part.AsSpan(1));
            yield return part;
        }
    }

    /// <returns>True when <paramref name="page"/> is complete.</returns>
    public static bool Append(Stream page, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
        {
            return false;
        }

        page.Write(part[1..]);
        return part[0] == Last;
    }
}
