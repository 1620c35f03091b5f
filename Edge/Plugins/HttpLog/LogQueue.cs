using System.Threading.Channels;
using Mesh.Edge.Plugins.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>
/// Records on their way to one endpoint, as Kong's queue: they wait for a batch to fill or for a while, a batch that cannot
/// be sent is sent again after ever longer pauses, and given up after a time. What does not fit drives out the oldest.
/// </summary>
/// <param name="hurry">The edge is ending: nothing waits for more.</param>
/// <param name="abort">The edge has ended: nothing waits at all.</param>
internal sealed partial class LogQueue(
    string name, QueueSettings settings, HttpLogSender sender, TimeProvider time, ILogger logger, CancellationToken hurry, CancellationToken abort)
{
    /// <summary>Requests under way at once where the settings know no limit.</summary>
    public const int MaxConcurrentSends = 256;

    /// <summary>A shorter wait for more records is not worth its timer.</summary>
    private static readonly TimeSpan ShortestCoalescing = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestDelayAtEnd = TimeSpan.FromMilliseconds(100);

    private Channel<QueuedRecord> records = null!;
    private Task pump = Task.CompletedTask;
    private string? failure;
    private Guid plugin;
    private long waitingBytes;
    private long lost;

    /// <summary>Records that were never delivered.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Nothing waits; what was taken out may still be on its way.</summary>
    public bool IsEmpty => records.Reader.Count == 0;

    /// <summary>Set while sending fails.</summary>
    public OutputProblem? Problem => Volatile.Read(ref failure) is { } reason ? new OutputProblem(plugin, $"{reason}; {Lost} records were lost") : null;

    public LogQueue Start()
    {
        records = Channel.CreateBounded<QueuedRecord>(new BoundedChannelOptions(settings.MaxEntries) { FullMode = BoundedChannelFullMode.DropOldest }, Drop);

        // Rooted by nothing but the channel while it waits: a queue that no plugin holds is collected once it is empty.
        pump = settings.ConcurrencyLimit < 0 ? PumpMany() : Pump();
        return this;
    }

    /// <summary>Returns at once.</summary>
    public void Write(byte[] record, Guid writer)
    {
        int bytes = settings.MaxBytes is null ? 0 : record.Length;
        if (bytes > settings.MaxBytes)
        {
            Interlocked.Increment(ref lost);
            return;
        }

        long waiting = Interlocked.Add(ref waitingBytes, bytes);
        while (waiting > settings.MaxBytes && records.Reader.TryRead(out QueuedRecord oldest))
        {
            Drop(oldest);
            waiting = Volatile.Read(ref waitingBytes);
        }

        records.Writer.TryWrite(new QueuedRecord(record, writer, bytes));
    }

    /// <summary>No more records come.</summary>
    public void Complete() => records.Writer.TryComplete();

    /// <summary>Ends when everything was sent or given up.</summary>
    public Task Ended => pump;

    private async Task Pump()
    {
        var batch = new List<byte[]>();
        while (await records.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            await Collect(batch).ConfigureAwait(false);
            if (batch.Count > 0)
            {
                await Deliver(batch).ConfigureAwait(false);
            }
        }
    }

    private async Task PumpMany()
    {
        using var free = new SemaphoreSlim(MaxConcurrentSends);
        while (await records.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (TryTake(out byte[]? record))
            {
                await free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                _ = DeliverOne(record, free);
            }
        }

        for (int i = 0; i < MaxConcurrentSends; i++)
        {
            await free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task DeliverOne(byte[] record, SemaphoreSlim free)
    {
        try
        {
            await Deliver([record]).ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    private async Task Collect(List<byte[]> batch)
    {
        long started = time.GetTimestamp();
        while (batch.Count < settings.MaxBatchSize)
        {
            if (TryTake(out byte[]? record))
            {
                batch.Add(record);
                continue;
            }

            TimeSpan left = TimeSpan.FromSeconds(settings.MaxCoalescingDelay) - time.GetElapsedTime(started);
            if (left < ShortestCoalescing || !await MoreWithin(left).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private async Task<bool> MoreWithin(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, hurry);
        try
        {
            return await records.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task Deliver(IReadOnlyList<byte[]> batch)
    {
        long started = time.GetTimestamp();
        for (int retry = 0; ; retry++)
        {
            string? problem = await Try(batch).ConfigureAwait(false);
            if (problem is null)
            {
                Recovered();
                return;
            }

            Failed(problem);
            if (abort.IsCancellationRequested || time.GetElapsedTime(started).TotalSeconds > settings.MaxRetryTime)
            {
                Interlocked.Add(ref lost, batch.Count);
                LogLost(logger, name, batch.Count);
                return;
            }

            await Pause(retry).ConfigureAwait(false);
        }
    }

    private async Task<string?> Try(IReadOnlyList<byte[]> batch)
    {
        try
        {
            return await sender.Send(batch, abort).ConfigureAwait(false);
        }
        catch (Exception unforeseen)
        {
            // Of any kind: the queue must go on. Its text could hold anything, so only the kind is told.
            return $"failed request to {name}: {unforeseen.GetType().Name}";
        }
    }

    private async Task Pause(int retry)
    {
        double seconds = Math.Min(settings.MaxRetryDelay, settings.InitialRetryDelay * Math.Pow(2, Math.Min(retry, 64)));
        TimeSpan delay = TimeSpan.FromSeconds(seconds);
        if (hurry.IsCancellationRequested)
        {
            await Task.Delay(delay < LongestDelayAtEnd ? delay : LongestDelayAtEnd, time, abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            await Task.Delay(delay, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? record)
    {
        bool any = records.Reader.TryRead(out QueuedRecord taken);
        record = any ? taken.Record : null;
        if (any)
        {
            plugin = taken.Plugin;
            Interlocked.Add(ref waitingBytes, -taken.Bytes);
        }

        return any;
    }

    private void Drop(QueuedRecord record)
    {
        Interlocked.Add(ref waitingBytes, -record.Bytes);
        if (Interlocked.Increment(ref lost) == 1)
        {
            LogFull(logger, name);
        }
    }

    private void Failed(string problem)
    {
        if (Volatile.Read(ref failure) is null)
        {
            LogFailure(logger, problem);
        }

        Volatile.Write(ref failure, problem);
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref failure, null) is not null)
        {
            LogRecovered(logger, name, Lost);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Records are not delivered: {Problem}. They are sent again")]
    private static partial void LogFailure(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Records are delivered to {Target} again; {Lost} were lost")]
    private static partial void LogRecovered(ILogger logger, string target, long lost);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} records for {Target} are lost: they could not be sent within max_retry_time")]
    private static partial void LogLost(ILogger logger, string target, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue of records for {Target} is full: the oldest are lost until it can be sent")]
    private static partial void LogFull(ILogger logger, string target);
}
