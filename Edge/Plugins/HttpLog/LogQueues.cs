using System.Collections.Concurrent;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Plugins.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>
/// One queue per distinct target. A queue lives as long as a plugin holds it or records wait, so it outlives a change of the
/// configuration that leaves its settings alone, and one whose plugin was changed or deleted still delivers what it has.
/// </summary>
internal sealed class LogQueues(TimeProvider time, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<HttpLogTarget, WeakReference<LogQueue>> queues = new();
    private readonly UpstreamConnector connector = new(new NameCache(time), time, tls: null, options: null);
    private readonly CancellationTokenSource hurry = new();
    private readonly CancellationTokenSource abort = new();

    public LogQueue Get(HttpLogTarget target)
    {
        while (true)
        {
            WeakReference<LogQueue> known = queues.GetOrAdd(target, wanted => new(Make(wanted)));
            if (known.TryGetTarget(out LogQueue? queue))
            {
                return queue;
            }

            queues.TryRemove(new(target, known));
        }
    }

    public IEnumerable<OutputProblem> Problems() => Alive().Select(queue => queue.Problem).OfType<OutputProblem>();

    public async Task StopAsync(TimeSpan limit)
    {
        LogQueue[] left = [.. Alive()];
        Array.ForEach(left, queue => queue.Complete());
        await hurry.CancelAsync();
        Task all = Task.WhenAll(left.Select(queue => queue.Ended));
        await all.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await abort.CancelAsync();
        await all;
    }

    public void Dispose()
    {
        hurry.Dispose();
        abort.Dispose();
    }

    private LogQueue Make(HttpLogTarget target) =>
        new LogQueue(target.ToString(), target.Queue, new HttpLogSender(target, HttpLogClient.Create(target, connector), time), time, logger, hurry.Token, abort.Token).Start();

    private IEnumerable<LogQueue> Alive()
    {
        foreach ((HttpLogTarget target, WeakReference<LogQueue> known) in queues)
        {
            if (known.TryGetTarget(out LogQueue? queue))
            {
                yield return queue;
            }
            else
            {
                queues.TryRemove(new(target, known));
            }
        }
    }
}
