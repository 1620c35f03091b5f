using System.Buffers;

namespace Mesh.Edge.Guard;

/// <summary>
/// Follows the messages of one HTTP/1.1 connection byte by byte, in front of the server's parser, and changes nothing. It
/// knows the end of each message, so that the reader behind it shows the server one message at a time, and it sees what
/// the parser forgives or hides (<see cref="Http1Violation"/>).
/// </summary>
internal sealed class Http1Inspector
{
    /// <summary>RFC 9112 §2.2 asks for at least one empty line to be ignored before a request.</summary>
    private const int MaxLeadingBytes = 4;

    /// <summary>Above the server's own limits, which answer first.</summary>
    private const int MaxLineBytes = 48 * 1024;

    private HeadFraming head;
    private ChunkFraming chunks;
    private State state;
    private bool requestLineSeen;
    private int leadingBytes;
    private long bodyLeft;
    private byte[]? partial;
    private int partialLength;

    private enum State
    {
        BeforeHead,
        Head,
        Body,
        Chunks,
        Done,
        Refused,
        Opaque,
    }

    /// <summary>Of the current message; <see cref="Http1Violation.None"/> while there is none.</summary>
    public Http1Violation Violation { get; private set; }

    /// <summary>The current request asks to change the protocol.</summary>
    public bool UpgradeAsked => head.Upgrade;

    /// <summary>
    /// What <c>Connection</c> says besides the usual words. The server puts the one word that it acts on in the header's
    /// place, so headers that are nominated beside <c>close</c> can be seen here only.
    /// </summary>
    public IReadOnlyList<string> ConnectionLines => head.ConnectionLines ?? (IReadOnlyList<string>)[];

    public bool MessageComplete => state == State.Done;

    /// <summary>Nothing more is shown to the server: it must close.</summary>
    public bool Refused => state == State.Refused;

    /// <summary>The connection speaks another protocol now; bytes pass unread.</summary>
    public bool Opaque => state == State.Opaque;

    /// <summary>The head of the current message is complete.</summary>
    public bool HeadComplete => state >= State.Body;

    /// <summary>The server switches protocols: what follows is no HTTP.</summary>
    public void BecomeOpaque() => state = State.Opaque;

    public void NextMessage()
    {
        head = default;
        chunks = default;
        state = State.BeforeHead;
        requestLineSeen = false;
        leadingBytes = 0;
    }

    public void Refuse(Http1Violation violation)
    {
        Violation = violation;
        state = State.Refused;
        ReleasePartial();
    }

    /// <summary>Takes bytes; returns how many of them belong to the current message (all of them unless it ends).</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            switch (state)
            {
                case State.BeforeHead:
                    at += SkipEmptyLines(bytes[at..]);
                    break;
                case State.Head:
                    at += TakeLine(bytes[at..]);
                    break;
                case State.Body:
                    int length = (int)Math.Min(bodyLeft, bytes.Length - at);
                    at += length;
                    bodyLeft -= length;
                    state = bodyLeft == 0 ? State.Done : State.Body;
                    break;
                case State.Chunks:
                    at += chunks.Take(bytes[at..], out Http1Violation violation);
                    if (violation != Http1Violation.None)
                    {
                        Refuse(violation);
                    }
                    else if (chunks.Complete)
                    {
                        state = State.Done;
                    }

                    break;
                case State.Opaque:
                    return bytes.Length;
                default:
                    return at;
            }
        }

        return at;
    }

    private int SkipEmptyLines(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (length >= 0)
        {
            state = State.Head;
        }

        int skipped = length < 0 ? bytes.Length : length;
        leadingBytes += skipped;
        if (leadingBytes > MaxLeadingBytes)
        {
            Refuse(Http1Violation.LineEnding);
        }

        return skipped;
    }

    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        int lineFeed = bytes.IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            Keep(bytes);
            return bytes.Length;
        }

        ReadOnlySpan<byte> line = bytes[..lineFeed];
        if (partialLength > 0)
        {
            Keep(line);
            line = partial.AsSpan(0, partialLength);
        }

        if (state == State.Head)
        {
            OnLine(line);
        }

        partialLength = 0;
        return lineFeed + 1;
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[^1] != '\r')
        {
            Refuse(Http1Violation.LineEnding);
            return;
        }

        line = line[..^1];
        if (!requestLineSeen)
        {
            requestLineSeen = true;
            head.Http10 = line.EndsWith("HTTP/1.0"u8);
        }
        else if (line.IsEmpty)
        {
            EndHead();
        }
        else
        {
            head.Header(line);
        }
    }

    private void EndHead()
    {
        ReleasePartial();
        head.End();
        if (head.Violation != Http1Violation.None)
        {
            Refuse(head.Violation);
            return;
        }

        bodyLeft = head.ContentLength;
        state = head.Chunked ? State.Chunks : bodyLeft > 0 ? State.Body : State.Done;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        int needed = partialLength + bytes.Length;
        if (needed > MaxLineBytes)
        {
            Refuse(Http1Violation.HeadTooLong);
            return;
        }

        if (partial is null || partial.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(needed);
            partial.AsSpan(0, partialLength).CopyTo(larger);
            if (partial is not null)
            {
                ArrayPool<byte>.Shared.Return(partial);
            }

            partial = larger;
        }

        bytes.CopyTo(partial.AsSpan(partialLength));
        partialLength = needed;
    }

    private void ReleasePartial()
    {
        if (partial is not null)
        {
            ArrayPool<byte>.Shared.Return(partial);
            partial = null;
        }

        partialLength = 0;
    }
}
