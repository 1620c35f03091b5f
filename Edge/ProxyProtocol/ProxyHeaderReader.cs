using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Mesh.Edge.ProxyProtocol;

/// <summary>
/// Reads the PROXY header that a connection begins with, of either version. Says at the first wrong byte that there is none,
/// and never looks at more than <see cref="ProxyHeaderV2.MaxLength"/> bytes.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <summary>For callers with a buffer of their own: what they have received so far.</summary>
    /// <param name="length">Bytes that the header takes when it is whole; the connection's own bytes begin behind them.</param>
    public static ProxyHeaderState Parse(ReadOnlySequence<byte> received, out ProxyHeader? header, out int length)
    {
        if (received.IsSingleSegment)
        {
            return Parse(received.FirstSpan, out header, out length);
        }

        Span<byte> beginning = stackalloc byte[(int)Math.Min(received.Length, ProxyHeaderV2.MaxLength)];
        received.Slice(0, beginning.Length).CopyTo(beginning);
        return Parse(beginning, out header, out length);
    }

    /// <inheritdoc cref="Parse(ReadOnlySequence{byte}, out ProxyHeader?, out int)"/>
    public static ProxyHeaderState Parse(ReadOnlySpan<byte> received, out ProxyHeader? header, out int length)
    {
        header = null;
        length = 0;
        return Begins(received, ProxyHeaderV2.Signature)
            ? ProxyHeaderV2.Parse(received, out header, out length)
            : !Begins(received, ProxyHeaderV1.Start) ? ProxyHeaderState.Invalid
            : received.Length < ProxyHeaderV1.Start.Length ? ProxyHeaderState.Incomplete
            : ProxyHeaderV1.Parse(received, out header, out length);
    }

    /// <summary>Takes the header off the pipe and leaves what follows. Null when there is none, or the peer left before its end.</summary>
    public static async ValueTask<ProxyHeader?> ReadAsync(PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellation);
            ReadOnlySequence<byte> buffer = result.Buffer;
            ProxyHeaderState state = Parse(buffer, out ProxyHeader? header, out int length);
            if (state == ProxyHeaderState.Incomplete && !result.IsCompleted)
            {
                input.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            input.AdvanceTo(buffer.GetPosition(header is null ? 0 : length));
            return header;
        }
    }

    /// <summary>Takes the header, and not a byte more, off a socket. Null when there is none, or the peer left before its end.</summary>
    /// <exception cref="SocketException">The connection broke off.</exception>
    public static async ValueTask<ProxyHeader?> ReceiveAsync(Socket socket, CancellationToken cancellation)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(ProxyHeaderV2.MaxLength);
        try
        {
            int received = 0;
            ProxyHeader? header;
            while (Parse(bytes.AsSpan(0, received), out header, out _) == ProxyHeaderState.Incomplete)
            {
                int missing = Missing(bytes.AsSpan(0, received));
                int read = received + missing > ProxyHeaderV2.MaxLength ? 0 : await socket.ReceiveAsync(bytes.AsMemory(received, missing), cancellation);
                if (read == 0)
                {
                    return null;
                }

                received += read;
            }

            return header;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Bytes that an incomplete header has at least before its end; 1 within the line of version 1.</summary>
    private static int Missing(ReadOnlySpan<byte> received) =>
        received.Length < ProxyHeaderV2.Signature.Length ? ProxyHeaderV2.Signature.Length - received.Length
        : received[0] == ProxyHeaderV1.Start[0] ? 1
        : received.Length < ProxyHeaderV2.FixedLength ? ProxyHeaderV2.FixedLength - received.Length
        : ProxyHeaderV2.LengthOf(received) - received.Length;

    /// <summary>Whether the shorter of the two is the beginning of the other.</summary>
    private static bool Begins(ReadOnlySpan<byte> received, ReadOnlySpan<byte> start)
    {
        int length = Math.Min(received.Length, start.Length);
        return received[..length].SequenceEqual(start[..length]);
    }
}
