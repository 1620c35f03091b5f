using System.Text;

namespace Mesh.Edge.Guard;

/// <summary>The header lines of one message that decide where it ends.</summary>
internal struct HeadFraming
{
    /// <summary>More digits than any body needs, and few enough never to overflow.</summary>
    private const int MaxContentLengthDigits = 18;
    private bool hasTransferEncoding;
    private bool hasContentLength;

    public bool Http10 { get; set; }
    public long ContentLength { get; private set; }
    public bool Chunked => hasTransferEncoding;

    /// <summary><c>Connection</c> names <c>upgrade</c>: what follows may be another protocol.</summary>
    public bool Upgrade { get; private set; }
    public Http1Violation Violation { get; private set; }

    /// <summary>Lines of <c>Connection</c> that say more than one of the usual words; null when there are none.</summary>
    public List<string>? ConnectionLines { get; private set; }

    /// <param name="line">Without its line end.</param>
    public void Header(ReadOnlySpan<byte> line)
    {
        // Most lines are told apart by their first letter alone.
        switch (line[0] | 0x20)
        {
            case 'c':
                if (TryValue(line, "content-length"u8, out ReadOnlySpan<byte> length))
                {
                    OnContentLength(length);
                }
                else if (TryValue(line, "connection"u8, out ReadOnlySpan<byte> options))
                {
                    OnConnection(options);
                }

                break;
            case 't':
                if (TryValue(line, "transfer-encoding"u8, out ReadOnlySpan<byte> coding))
                {
                    OnTransferEncoding(coding);
                }

                break;
        }
    }

    public void End()
    {
        if (hasTransferEncoding && hasContentLength)
        {
            Note(Http1Violation.TwoFramings);
        }
        else if (hasTransferEncoding && Http10)
        {
            Note(Http1Violation.ChunkedOnHttp10);
        }
    }

    private void OnConnection(ReadOnlySpan<byte> options)
    {
        Upgrade |= ContainsUpgrade(options);
        if (!Ascii.EqualsIgnoreCase(options, "keep-alive"u8) && !Ascii.EqualsIgnoreCase(options, "close"u8) && !Ascii.EqualsIgnoreCase(options, "upgrade"u8))
        {
            (ConnectionLines ??= []).Add(Encoding.Latin1.GetString(options));
        }
    }

    private void OnContentLength(ReadOnlySpan<byte> value)
    {
        if (hasContentLength)
        {
            Note(Http1Violation.RepeatedContentLength);
            return;
        }

        hasContentLength = true;
        if (value.Length is 0 or > MaxContentLengthDigits || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            Note(Http1Violation.ContentLength);
            return;
        }

        foreach (byte digit in value)
        {
            ContentLength = (ContentLength * 10) + (digit - '0');
        }
    }

    private void OnTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (hasTransferEncoding || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            Note(Http1Violation.TransferEncoding);
        }

        hasTransferEncoding = true;
    }

    private void Note(Http1Violation violation)
    {
        if (Violation == Http1Violation.None)
        {
            Violation = violation;
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (line.Length <= name.Length || line[name.Length] != ':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
        {
            return false;
        }

        value = line[(name.Length + 1)..].Trim(" \t"u8);
        return true;
    }

    /// <summary>Wider than a token match: a connection that is wrongly taken for one that upgrades only closes earlier.</summary>
    private static bool ContainsUpgrade(ReadOnlySpan<byte> options)
    {
        for (int at = 0; at + "upgrade"u8.Length <= options.Length; at++)
        {
            if (Ascii.EqualsIgnoreCase(options.Slice(at, "upgrade"u8.Length), "upgrade"u8))
            {
                return true;
            }
        }

        return false;
    }
}
