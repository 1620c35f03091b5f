namespace Mesh.Edge.Sync;

/// <summary>Calls to the control plane that end in bounded time, whatever the transport does with its cancellation token.</summary>
internal static class ControlPlaneCall
{
    /// <exception cref="TimeoutException">No answer within <paramref name="limit"/>.</exception>
    public static async Task<T> Within<T>(TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<T>> call, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            return await call(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException($"the control plane has not answered within {limit.TotalSeconds:0} s");
        }
    }
}
