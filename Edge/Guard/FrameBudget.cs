using System.Buffers.Binary;
using Mesh.Edge.Listeners;

namespace Mesh.Edge.Guard;

/// <summary>
/// Counts the frames of one HTTP/2 connection that bring nothing forward (PING, SETTINGS, PRIORITY, RST_STREAM, empty frames,
/// unknown types). Requests, bodies in either direction and time earn what these cost, so that keep-alive and bandwidth probes of
/// real clients are never short, and a flood is. Only the nine bytes of each frame header are read.
/// </summary>
internal sealed class FrameBudget(TimeProvider time)
{
    /// <summary>What may be saved, in units; a connection starts with it.</summary>
    private const long MaxBalance = 4000;
    private const long UnitsPerSecond = 400;
    private const int IdleFrameCost = 4;
    private const int WindowUpdateCost = 1;

    /// <summary>A request may come with window updates, a priority and a reset.</summary>
    private const int RequestEarns = 12;

    /// <summary>Twice what a request earns: in the long run a client may take back every second one, and whatever bandwidth and time pay for.</summary>
    private const int ResetCost = 2 * RequestEarns;
    private const int BodyBytesPerUnit = 64;

    private const int FrameHeaderBytes = 9;
    private const byte EndStreamFlag = 0x1;
    private const byte PaddedFlag = 0x8;

    private readonly byte[] header = new byte[FrameHeaderBytes];
    private int headerBytes;
    private int prefaceLeft = PrefaceSniffer.Preface.Length;
    private long payloadLeft;
    private long balance = MaxBalance;
    private long refilledAt = time.GetTimestamp();
    private long bytesSent;
    private long answersSent;
    private long creditedSent;

    public bool Exhausted => balance < 0;

    /// <summary>Bytes that the server wrote; called by its one writer.</summary>
    public void Sent(int bytes) => Volatile.Write(ref bytesSent, bytesSent + bytes);

    public void Take(ReadOnlySpan<byte> bytes)
    {
        int skip = (int)Math.Min(prefaceLeft, bytes.Length);
        prefaceLeft -= skip;
        bytes = bytes[skip..];
        while (!bytes.IsEmpty)
        {
            if (payloadLeft > 0)
            {
                int length = (int)Math.Min(payloadLeft, bytes.Length);
                payloadLeft -= length;
                bytes = bytes[length..];
                continue;
            }

            int part = Math.Min(FrameHeaderBytes - headerBytes, bytes.Length);
            bytes[..part].CopyTo(header.AsSpan(headerBytes));
            headerBytes += part;
            bytes = bytes[part..];
            if (headerBytes == FrameHeaderBytes)
            {
                headerBytes = 0;
                OnFrame();
            }
        }
    }

    private void OnFrame()
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
        payloadLeft = length;
        byte flags = header[4];
        switch (header[3])
        {
            case 0x0 when (flags & EndStreamFlag) != 0 || (length > 0 && (flags & PaddedFlag) == 0): // DATA
                Earn(length / BodyBytesPerUnit);
                break;
            case 0x1: // HEADERS
                Earn(RequestEarns);
                break;
            case 0x3: // RST_STREAM: what was begun for the request is done for nothing (CVE-2023-44487).
                Spend(ResetCost);
                break;
            case 0x7: // GOAWAY
            case 0x9 when length > 0: // CONTINUATION: bounded by the size of the headers.
                break;
            case 0x8: // WINDOW_UPDATE
                Spend(WindowUpdateCost);
                break;
            case 0x4: // SETTINGS, answered with 9 bytes
                answersSent += FrameHeaderBytes;
                Spend(IdleFrameCost);
                break;
            case 0x6: // PING, answered with 17 bytes
                answersSent += FrameHeaderBytes + 8;
                Spend(IdleFrameCost);
                break;
            default:
                Spend(IdleFrameCost);
                break;
        }
    }

    private void Earn(long units) => balance = Math.Min(MaxBalance, balance + units);

    private void Spend(int units)
    {
        balance -= units;
        if (balance < 0)
        {
            Refill();
        }
    }

    /// <summary>Looked at only when the balance is used up, so that the usual frame costs no clock.</summary>
    private void Refill()
    {
        long now = time.GetTimestamp();
        long byTime = (long)(time.GetElapsedTime(refilledAt, now).TotalSeconds * UnitsPerSecond);
        long sent = Math.Max(0, Volatile.Read(ref bytesSent) - answersSent);
        long bySending = Math.Max(0, sent - creditedSent) / BodyBytesPerUnit;
        if (byTime + bySending == 0)
        {
            return;
        }

        refilledAt = now;
        creditedSent = Math.Max(creditedSent, sent);
        Earn(byTime + bySending);
    }
}
