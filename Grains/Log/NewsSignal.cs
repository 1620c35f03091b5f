using Orleans.Runtime;

namespace Mesh.Grains.Log;

/// <summary>Lets the readers of one grain wait for its next commit. Belongs to the grain's turns: no locks.</summary>
/// <param name="stopping">Of the silo: a stopping grain is waited for until its readers have their answers.</param>
internal sealed class NewsSignal(TimeProvider time, CancellationToken stopping)
{
    /// <summary>Readers beyond are answered at once; there is one reader per silo and a few that fell behind.</summary>
    public const int MaxWaiters = 10_000;

    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waiters;

    public int Waiters => waiters;

    public void Raise()
    {
        TaskCompletionSource raised = news;
        news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        raised.SetResult();
    }

    /// <returns>False when nothing came within <paramref name="limit"/>.</returns>
    /// <exception cref="SiloUnavailableException">The silo is stopping: ask another.</exception>
    public async Task<bool> Wait(TimeSpan limit)
    {
        if (stopping.IsCancellationRequested)
        {
            throw new SiloUnavailableException("the silo is stopping");
        }

        if (waiters >= MaxWaiters)
        {
            return false;
        }

        waiters++;
        try
        {
            Task raised = news.Task;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(raised, Task.Delay(limit, time, ended.Token));
            await ended.CancelAsync();
            return raised.IsCompleted;
        }
        finally
        {
            waiters--;
        }
    }
}
