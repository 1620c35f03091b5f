using System.Runtime.InteropServices;
using Mesh.Edge.Forwarding.Http1.Head;
using Mesh.Edge.Guard;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>Finds a response body's own bytes, and its end, in what comes.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct BodyFraming
{
    private readonly BodyLength kind;
    private long left;
    private ChunkFraming chunks;
    private List<byte>? trailers;

    public BodyFraming(ResponseHead head)
    {
        kind = head.Body;
        left = head.ContentLength ?? 0;
    }

    public readonly bool Complete => kind switch
    {
        BodyLength.None => true,
        BodyLength.Counted => left == 0,
        BodyLength.Chunked => chunks.Complete,
        _ => false,
    };

    /// <summary>The end of the connection is the end of the body, not its loss.</summary>
    public readonly bool EndsWithConnection => kind == BodyLength.ToEnd;

    /// <summary>Trailer lines as they came, with their line ends; empty when there are none.</summary>
    public readonly ReadOnlySpan<byte> Trailers => CollectionsMarshal.AsSpan(trailers);

    /// <summary>Takes one piece from the front.</summary>
    /// <param name="taken">Bytes taken, framing included.</param>
    /// <param name="data">Where among them the body's own bytes are; may be empty.</param>
    /// <returns>False when the framing is broken.</returns>
    public bool TryTake(ReadOnlySpan<byte> received, out int taken, out Range data)
    {
        if (kind == BodyLength.Chunked)
        {
            return TryTakeChunk(received, out taken, out data);
        }

        taken = kind == BodyLength.ToEnd ? received.Length : (int)Math.Min(left, received.Length);
        left -= kind == BodyLength.ToEnd ? 0 : taken;
        data = ..taken;
        return true;
    }

    private bool TryTakeChunk(ReadOnlySpan<byte> received, out int taken, out Range data)
    {
        if (chunks.InTrailers)
        {
            taken = chunks.Take(received, out Http1Violation broken);
            data = default;
            (trailers ??= []).AddRange(received[..taken]);
            return broken == Http1Violation.None;
        }

        taken = chunks.TakePiece(received, out data, out Http1Violation violation);
        return violation == Http1Violation.None;
    }
}
