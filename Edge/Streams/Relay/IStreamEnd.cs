namespace Mesh.Edge.Streams.Relay;

/// <summary>One end of a relayed connection: clear text, or TLS that is made here.</summary>
internal interface IStreamEnd : IDisposable
{
    /// <summary>Bytes that one <see cref="ReceiveAsync"/> can make use of.</summary>
    int ChunkBytes { get; }

    /// <summary>Bytes of the buffer that may wait in <see cref="ReceiveAsync"/>; 0: none, for it would keep larger ones behind it.</summary>
    int HeldBytes { get; }

    /// <summary>Completes when something (or the end) is there to receive; holds no buffer meanwhile.</summary>
    ValueTask<int> WaitAsync();

    /// <returns>0 when the other side has finished.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends all of it.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Tells the other side that nothing more comes; it may still send.</summary>
    /// <param name="last">It has finished as well: the connection is closed right after.</param>
    ValueTask FinishAsync(bool last);
}
