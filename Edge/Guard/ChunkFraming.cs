namespace Mesh.Edge.Guard;

/// <summary>
/// Follows a chunked body (RFC 9112 §7.1) strictly and byte-exact over any split: CR LF only, bounded extensions without
/// control bytes, and not more framing than data can justify.
/// </summary>
internal struct ChunkFraming
{
    /// <summary>Fits a non-negative long.</summary>
    private const int MaxSizeDigits = 15;
    private const int MaxExtensionBytes = 256;
    private const int MaxTrailerBytes = 8 * 1024;

    /// <summary>Framing beyond what each chunk earns by its data (as Go's net/http counts it).</summary>
    private const long MaxOverheadBytes = 16 * 1024;
    private const int OverheadEarnedPerChunk = 16;

    private Step step;
    private long size;
    private int digits;
    private int lineBytes;
    private int trailerBytes;
    private bool trailerLineEmpty;
    private long overhead;

    private enum Step
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        Trailer,
        TrailerLineFeed,
        Complete,
    }

    public readonly bool Complete => step == Step.Complete;

    /// <summary>Takes bytes of the body; returns how many belong to it.</summary>
    public int Take(ReadOnlySpan<byte> bytes, out Http1Violation violation)
    {
        violation = Http1Violation.None;
        int at = 0;
        while (at < bytes.Length && step != Step.Complete && violation == Http1Violation.None)
        {
            if (step == Step.Data)
            {
                int length = (int)Math.Min(size, bytes.Length - at);
                at += length;
                size -= length;
                step = size == 0 ? Step.DataReturn : Step.Data;
                continue;
            }

            violation = TakeFraming(bytes[at++]);
        }

        return at;
    }

    /// <summary>The body's data is over, its trailer lines come.</summary>
    public readonly bool InTrailers => step is Step.Trailer or Step.TrailerLineFeed;

    /// <summary>Takes framing and the first piece of data behind it, but no trailer lines; returns how many bytes that is.</summary>
    /// <param name="data">Where in <paramref name="bytes"/> the data is; empty when there is none.</param>
    public int TakePiece(ReadOnlySpan<byte> bytes, out Range data, out Http1Violation violation)
    {
        violation = Http1Violation.None;
        data = default;
        int at = 0;
        while (at < bytes.Length && !InTrailers && violation == Http1Violation.None)
        {
            if (step == Step.Data)
            {
                int length = (int)Math.Min(size, bytes.Length - at);
                data = at..(at + length);
                size -= length;
                step = size == 0 ? Step.DataReturn : Step.Data;
                return at + length;
            }

            violation = TakeFraming(bytes[at++]);
        }

        return at;
    }

    private Http1Violation TakeFraming(byte b)
    {
        switch (step)
        {
            case Step.Size:
                return TakeSize(b);
            case Step.Extension:
                if (++lineBytes > MaxExtensionBytes)
                {
                    return Http1Violation.ChunkOverhead;
                }

                if (b == '\r')
                {
                    step = Step.SizeLineFeed;
                    return Http1Violation.None;
                }

                return IsControl(b) ? Http1Violation.Chunk : Http1Violation.None;
            case Step.SizeLineFeed:
                return b == '\n' ? EndSizeLine() : Http1Violation.Chunk;
            case Step.DataReturn:
                step = Step.DataLineFeed;
                return b == '\r' ? Http1Violation.None : Http1Violation.Chunk;
            case Step.DataLineFeed:
                step = Step.Size;
                digits = lineBytes = 0;
                return b == '\n' ? Http1Violation.None : Http1Violation.Chunk;
            case Step.Trailer:
                return TakeTrailer(b);
            default:
                if (b != '\n')
                {
                    return Http1Violation.Chunk;
                }

                step = trailerLineEmpty ? Step.Complete : Step.Trailer;
                trailerLineEmpty = true;
                return Http1Violation.None;
        }
    }

    private Http1Violation TakeSize(byte b)
    {
        if (char.IsAsciiHexDigit((char)b))
        {
            size = (size << 4) + (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
            return ++digits > MaxSizeDigits ? Http1Violation.Chunk : Http1Violation.None;
        }

        step = b == '\r' ? Step.SizeLineFeed : Step.Extension;
        return digits > 0 && (b is (byte)'\r' or (byte)';') ? Http1Violation.None : Http1Violation.Chunk;
    }

    private Http1Violation EndSizeLine()
    {
        overhead = Math.Max(0, overhead + digits + lineBytes + 4 - OverheadEarnedPerChunk - (2 * size));
        step = size == 0 ? Step.Trailer : Step.Data;
        trailerLineEmpty = true;
        return overhead > MaxOverheadBytes ? Http1Violation.ChunkOverhead : Http1Violation.None;
    }

    private Http1Violation TakeTrailer(byte b)
    {
        if (++trailerBytes > MaxTrailerBytes)
        {
            return Http1Violation.ChunkOverhead;
        }

        if (b == '\r')
        {
            step = Step.TrailerLineFeed;
            return Http1Violation.None;
        }

        trailerLineEmpty = false;
        return IsControl(b) ? Http1Violation.Chunk : Http1Violation.None;
    }

    private static bool IsControl(byte b) => b is (< 0x20 and not (byte)'\t') or 0x7f;
}
