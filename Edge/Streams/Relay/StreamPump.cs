using System.Buffers;

namespace Mesh.Edge.Streams.Relay;

/// <summary>
/// Copies one direction of a relay until it ends. While nothing comes at most a small buffer is held; a large one only while there
/// are bytes for it.
/// </summary>
internal static class StreamPump
{
    /// <summary>Of clear text, at most for one receive.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>
    /// Chunks that one direction may copy without having had to wait. Continuations can run on the thread that waits for
    /// all sockets: a fast pair must not keep it from the others.
    /// </summary>
    private const int MaxTurns = 32;

    /// <param name="fromClient">The direction, for <paramref name="progress"/>.</param>
    public static async Task CopyAsync(IStreamEnd from, IStreamEnd to, RelayProgress progress, bool fromClient)
    {
        byte[] small = ArrayPool<byte>.Shared.Rent(from.HeldBytes);
        try
        {
            int turns = 0;
            bool much = from.HeldBytes == 0;
            while (true)
            {
                // A message that fits is taken by one call, where waiting without a buffer takes two.
                ValueTask<int> waiting = much ? from.WaitAsync() : from.ReceiveAsync(small.AsMemory(0, from.HeldBytes));
                if (!waiting.IsCompletedSuccessfully)
                {
                    turns = 0;
                }
                else if (++turns >= MaxTurns)
                {
                    turns = 0;
                    await Task.Yield();
                }

                int count = await waiting;
                if (much)
                {
                    count = await CopyChunkAsync(from, to, progress, fromClient);
                }
                else if (count > 0)
                {
                    await SendAsync(to, small.AsMemory(0, count), progress, fromClient);
                }

                if (count == 0)
                {
                    await to.FinishAsync(progress.DirectionEnds());
                    return;
                }

                much = from.HeldBytes == 0 || count >= from.HeldBytes;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(small);
        }
    }

    private static async ValueTask<int> CopyChunkAsync(IStreamEnd from, IStreamEnd to, RelayProgress progress, bool fromClient)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(from.ChunkBytes);
        try
        {
            int count = await from.ReceiveAsync(buffer.AsMemory(0, from.ChunkBytes));
            if (count > 0)
            {
                await SendAsync(to, buffer.AsMemory(0, count), progress, fromClient);
            }

            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ValueTask SendAsync(IStreamEnd to, ReadOnlyMemory<byte> bytes, RelayProgress progress, bool fromClient)
    {
        progress.Moved(fromClient, bytes.Length);
        ValueTask sending = to.SendAsync(bytes);
        return sending.IsCompletedSuccessfully || !fromClient ? sending : WatchAsync(sending, progress);
    }

    private static async ValueTask WatchAsync(ValueTask sending, RelayProgress progress)
    {
        progress.TargetStalls();
        await sending;
        progress.TargetTakes();
    }
}
