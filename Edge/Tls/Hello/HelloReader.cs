using System.Buffers.Binary;

namespace Mesh.Edge.Tls.Hello;

/// <summary>
/// Finds the ClientHello in the first bytes of a connection, however they come: a byte at a time, or one message spread
/// over many records. Each record is looked at once, when it is whole, and the message is read once.
/// </summary>
internal struct HelloReader
{
    /// <summary>Bytes on the wire that a hello may take, records' headers included.</summary>
    public const int MaxBytes = 10 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHeaderBytes = 5;
    private const int MessageHeaderBytes = 4;
    private const int MaxRecordBytes = 16 * 1024;

    /// <summary>Where the next record begins.</summary>
    private int next;
    private int records;

    /// <summary>Bytes of the message in the records before <see cref="next"/>.</summary>
    private int collected;
    private byte[]? message;

    /// <summary>The hello; set when complete.</summary>
    public ClientHello? Hello { get; private set; }

    /// <param name="bytes">Everything that came so far: what was given before, and more.</param>
    public HelloState Advance(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = bytes[next..];
            if (JudgeHeader(rest) is { } refusal)
            {
                return refusal;
            }

            if (rest.Length < RecordHeaderBytes)
            {
                return HelloState.Incomplete;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            if (length is 0 or > MaxRecordBytes || next + RecordHeaderBytes + length > MaxBytes)
            {
                return HelloState.Malformed;
            }

            if (rest.Length < RecordHeaderBytes + length)
            {
                // What cannot become a hello is refused before the rest of it is waited for.
                return records == 0 && rest.Length > RecordHeaderBytes && rest[RecordHeaderBytes] != ClientHelloMessage
                    ? HelloState.Malformed
                    : HelloState.Incomplete;
            }

            next += RecordHeaderBytes + length;
            records++;
            if (Take(rest.Slice(RecordHeaderBytes, length)) is var state and not HelloState.Incomplete)
            {
                return state;
            }
        }
    }

    /// <summary>Null when the header of the record may be one, as far as it is there.</summary>
    private readonly HelloState? JudgeHeader(ReadOnlySpan<byte> header) => header switch
    {
        [not HandshakeRecord, ..] or [_, not 3, ..] => records == 0 ? HelloState.NotTls : HelloState.Malformed,
        _ => null,
    };

    private HelloState Take(ReadOnlySpan<byte> fragment)
    {
        if (records > 1 || !IsWhole(fragment))
        {
            message ??= new byte[MaxBytes];
            fragment.CopyTo(message.AsSpan(collected));
            collected += fragment.Length;
            fragment = message.AsSpan(0, collected);
        }

        if (fragment[0] != ClientHelloMessage)
        {
            return HelloState.Malformed;
        }

        if (!IsWhole(fragment))
        {
            return fragment.Length >= MessageHeaderBytes && MessageHeaderBytes + LengthOf(fragment) > MaxBytes ? HelloState.Malformed : HelloState.Incomplete;
        }

        Hello = ClientHello.Read(fragment.Slice(MessageHeaderBytes, LengthOf(fragment)));
        return Hello is null ? HelloState.Malformed : HelloState.Complete;
    }

    private static bool IsWhole(ReadOnlySpan<byte> message) =>
        message.Length >= MessageHeaderBytes && message.Length >= MessageHeaderBytes + LengthOf(message);

    private static int LengthOf(ReadOnlySpan<byte> message) => (message[1] << 16) | (message[2] << 8) | message[3];
}
