using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Grains.Log;

/// <summary>
/// The value of an entry's key: <c>'L' '1' form operation(16)</c>, then either the sealed payload or, when that is too large
/// for one value, <c>token(16) chunks(4) length(4)</c>. The operation id stands in clear so that trimming need not decrypt.
/// </summary>
internal readonly record struct StoredEntry(Guid OperationId, Guid Token, int Chunks, int Length)
{
    /// <summary>Bytes that tell everything but an inline payload.</summary>
    public const int HeaderBytes = InlineHeaderBytes + 16 + 4 + 4;

    private const int InlineHeaderBytes = 2 + 1 + 16;
    private const byte Inline = 0;
    private const byte Chunked = 1;

    public bool IsChunked => Chunks > 0;

    public static byte[] WriteInline(Guid operationId, ReadOnlySpan<byte> payload)
    {
        byte[] value = new byte[InlineHeaderBytes + payload.Length];
        WriteStart(value, Inline, operationId);
        payload.CopyTo(value.AsSpan(InlineHeaderBytes));
        return value;
    }

    public static byte[] WriteChunked(Guid operationId, Guid token, int chunks, int length)
    {
        byte[] value = new byte[HeaderBytes];
        WriteStart(value, Chunked, operationId);
        token.TryWriteBytes(value.AsSpan(InlineHeaderBytes));
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(InlineHeaderBytes + 16), chunks);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(InlineHeaderBytes + 20), length);
        return value;
    }

    /// <param name="value">The value or its first <see cref="HeaderBytes"/>.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, out StoredEntry entry, [NotNullWhen(false)] out string? fault)
    {
        entry = default;
        fault = null;
        if (value.Length < InlineHeaderBytes || value[0] != (byte)'L' || value[1] != (byte)'1' || value[2] > Chunked)
        {
            fault = "not a log entry (unknown header)";
            return false;
        }

        var operation = new Guid(value.Slice(3, 16));
        if (value[2] == Inline)
        {
            entry = new StoredEntry(operation, Guid.Empty, 0, 0);
            return true;
        }

        int length = 0, chunks = 0;
        if (value.Length >= HeaderBytes)
        {
            chunks = BinaryPrimitives.ReadInt32LittleEndian(value[(InlineHeaderBytes + 16)..]);
            length = BinaryPrimitives.ReadInt32LittleEndian(value[(InlineHeaderBytes + 20)..]);
        }

        if (length is <= 0 or > LogLimits.MaxEntryBytes || chunks != ChunksOf(length))
        {
            fault = "the log entry's chunks are not named rightly";
            return false;
        }

        entry = new StoredEntry(operation, new Guid(value.Slice(InlineHeaderBytes, 16)), chunks, length);
        return true;
    }

    public static ReadOnlyMemory<byte> InlinePayload(ReadOnlyMemory<byte> value) => value[InlineHeaderBytes..];

    public static int ChunksOf(int length) => (length + LogLimits.MaxValueBytes - 1) / LogLimits.MaxValueBytes;

    private static void WriteStart(Span<byte> value, byte form, Guid operationId)
    {
        value[0] = (byte)'L';
        value[1] = (byte)'1';
        value[2] = form;
        operationId.TryWriteBytes(value[3..]);
    }
}
