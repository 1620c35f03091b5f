using System.Buffers;
using System.IO.Pipelines;

namespace Mesh.Edge.Listeners;

/// <summary>Tells HTTP/2 with prior knowledge from HTTP/1.1 on a clear-text port by the connection preface (RFC 9113 §3.4).</summary>
internal static class PrefaceSniffer
{
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Reads until it is sure; what was read stays in the pipe. Null when the peer left before.</summary>
    public static async ValueTask<ConnectionKind?> DetectAsync(PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellation);
            ReadOnlySequence<byte> buffer = result.Buffer;
            bool? http2 = IsPreface(buffer);
            if (http2 is { } known)
            {
                input.AdvanceTo(buffer.Start);
                return known ? ConnectionKind.Http2 : ConnectionKind.Http1;
            }

            if (result.IsCompleted)
            {
                // A beginning of the preface and no more: let HTTP/1.1 answer what it makes of it.
                input.AdvanceTo(buffer.Start);
                return buffer.IsEmpty ? null : ConnectionKind.Http1;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Null while the bytes are a beginning of the preface.</summary>
    private static bool? IsPreface(ReadOnlySequence<byte> buffer)
    {
        ReadOnlySpan<byte> rest = Preface;
        foreach (ReadOnlyMemory<byte> segment in buffer)
        {
            int length = Math.Min(segment.Length, rest.Length);
            if (!segment.Span[..length].SequenceEqual(rest[..length]))
            {
                return false;
            }

            rest = rest[length..];
            if (rest.IsEmpty)
            {
                return true;
            }
        }

        return null;
    }
}
