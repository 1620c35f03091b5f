using System.Buffers;

namespace Mesh.Edge.Streams.Relay;

/// <summary>Copies one direction of a relay until it ends. A buffer is held only while bytes are there.</summary>
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
        int turns = 0;
        while (true)
        {
            ValueTask<int> waiting = from.WaitAsync();
            if (!waiting.IsCompletedSuccessfully)
            {
                turns = 0;
            }
            else if (++turns >= MaxTurns)
            {
                turns = 0;
                await Task.Yield();
            }

            await waiting;
            byte[] buffer = ArrayPool<byte>.Shared.Rent(from.ChunkBytes);
            try
            {
                int count = await from.ReceiveAsync(buffer.AsMemory(0, from.ChunkBytes));
                if (count == 0)
                {
                    await to.FinishAsync(progress.DirectionEnds());
                    return;
                }

                progress.Moved(fromClient, count);
                ValueTask sending = to.SendAsync(buffer.AsMemory(0, count));
                if (!sending.IsCompletedSuccessfully)
                {
                    await WatchAsync(sending, progress, fromClient);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async ValueTask WatchAsync(ValueTask sending, RelayProgress progress, bool fromClient)
    {
        if (!fromClient)
        {
            await sending;
            return;
        }

        progress.TargetStalls();
        await sending;
        progress.TargetTakes();
    }
}
