using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>
/// A response's head (RFC 9112, section 4), read strictly where strictness decides where the response ends: an upstream
/// that says two things about that is not believed. Kept with the connection and used again.
/// </summary>
internal sealed class ResponseHead
{
    private const int StatusLineBytes = 12;
    private const int MaxLengthDigits = 18;

    private readonly HeaderMemory memory = new();
    private HeaderLine[] lines = new HeaderLine[16];
    private int count;
    private int searched;
    private bool http10;
    private bool closes;
    private bool keeps;

    public int Status { get; private set; }

    /// <summary>Null when it is the usual one of the status.</summary>
    public string? Reason { get; private set; }

    public ReadOnlySpan<HeaderLine> Lines => lines.AsSpan(0, count);

    /// <summary>Names in Connection headers but <c>close</c> and <c>keep-alive</c>.</summary>
    public string[] Nominated { get; private set; } = [];

    public BodyLength Body { get; private set; }

    /// <summary>Null when the response did not say it, or it does not count.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>The connection can be used again after the body.</summary>
    public bool KeepsConnection { get; private set; }

    /// <summary>Not the response yet: another head follows.</summary>
    public bool Interim => Status is >= 100 and < 200;

    public void Reset()
    {
        searched = 0;
        count = 0;
    }

    /// <param name="received">All that came since <see cref="Reset"/>.</param>
    /// <param name="toHead">The request was a HEAD.</param>
    /// <param name="length">Bytes of the head when it is complete.</param>
    public HeadReading Read(ReadOnlySpan<byte> received, bool toHead, out int length)
    {
        length = EndOf(received);
        if (length == 0)
        {
            return HeadReading.Incomplete;
        }

        Reset();
        http10 = closes = keeps = false;
        ContentLength = null;
        Nominated = [];
        ReadOnlySpan<byte> rest = received[..length];
        if (!TryStatusLine(NextLine(ref rest)))
        {
            return HeadReading.Invalid;
        }

        while (NextLine(ref rest) is { IsEmpty: false } line)
        {
            if (!TryLine(line))
            {
                return HeadReading.Invalid;
            }
        }

        return TryFrame(toHead) ? HeadReading.Complete : HeadReading.Invalid;
    }

    /// <summary>Bytes up to and including the empty line; 0 when it has not come.</summary>
    private int EndOf(ReadOnlySpan<byte> received)
    {
        int from = Math.Max(0, searched - 2);
        ReadOnlySpan<byte> fresh = received[from..];
        int end = fresh.IndexOf("\n\r\n"u8);
        int bare = (end < 0 ? fresh : fresh[..(end + 1)]).IndexOf("\n\n"u8);
        searched = received.Length;
        return bare >= 0 ? from + bare + 2 : end >= 0 ? from + end + 3 : 0;
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end > 0 && rest[end - 1] == '\r' ? rest[..(end - 1)] : rest[..end];
        rest = rest[(end + 1)..];
        return line;
    }

    private bool TryStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < StatusLineBytes || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ')
        {
            return false;
        }

        http10 = line[7] == '0';
        ReadOnlySpan<byte> digits = line.Slice(9, 3);
        ReadOnlySpan<byte> reason = line[StatusLineBytes..];
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || digits[0] == '0' || (reason.Length > 0 && reason[0] != ' '))
        {
            return false;
        }

        Status = (100 * (digits[0] - '0')) + (10 * (digits[1] - '0')) + digits[2] - '0';
        reason = reason.IsEmpty ? reason : reason[1..];
        if (reason.ContainsAnyInRange((byte)0, (byte)0x1f) || reason.Contains((byte)0x7f))
        {
            return false;
        }

        Reason = Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(Status)) ? null : Encoding.Latin1.GetString(reason);
        return true;
    }

    private bool TryLine(ReadOnlySpan<byte> line)
    {
        if (!memory.TryRecall(count, line, out HeaderLine read))
        {
            if (!HeaderLineReader.TryRead(line, out read))
            {
                return false;
            }

            memory.Remember(count, line, read);
        }

        if (count == lines.Length)
        {
            Array.Resize(ref lines, count * 2);
        }

        lines[count++] = read;
        return true;
    }

    private bool TryFrame(bool toHead)
    {
        bool chunked = false;
        bool counted = false;
        foreach (ref readonly HeaderLine line in Lines)
        {
            switch (line.Role)
            {
                case HeaderRole.Connection:
                    TakeConnection(line.Value);
                    break;
                case HeaderRole.TransferEncoding:
                    // Any other coding, or chunks of chunks, would have to be undone before the body could be passed on.
                    if (chunked || !line.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                    {
                        return false;
                    }

                    chunked = true;
                    break;
                case HeaderRole.ContentLength:
                    if (!TryLength(line.Value, out long value) || (counted && ContentLength != value))
                    {
                        return false;
                    }

                    (counted, ContentLength) = (true, value);
                    break;
            }
        }

        // With both framings Transfer-Encoding counts (RFC 9112, section 6.3), and neither is trusted any further.
        KeepsConnection = !closes && (!http10 || keeps) && !(chunked && (counted || http10));
        ContentLength = chunked || Status is < 200 or 204 ? null : ContentLength;
        Body = toHead || Status is < 200 or 204 or 304 ? BodyLength.None
            : chunked ? BodyLength.Chunked
            : ContentLength is { } length ? length == 0 ? BodyLength.None : BodyLength.Counted
            : BodyLength.ToEnd;
        return true;
    }

    private void TakeConnection(string value)
    {
        if (value is "keep-alive")
        {
            keeps = true;
            return;
        }

        foreach (string option in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (option.Equals("close", StringComparison.OrdinalIgnoreCase))
            {
                closes = true;
            }
            else if (option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
            {
                keeps = true;
            }
            else
            {
                Nominated = [.. Nominated, option];
            }
        }
    }

    private static bool TryLength(string value, out long length)
    {
        length = 0;
        return value.Length is > 0 and <= MaxLengthDigits && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
    }
}
