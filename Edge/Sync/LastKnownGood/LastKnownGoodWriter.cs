using Mesh.Abstractions.Configuration;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>
/// Brings every applied revision to the disk, behind the data plane's back: changes gather for a moment and are then
/// written by one writer. When the disk does not take them they are kept (each entity once) and tried again.
/// </summary>
internal sealed partial class LastKnownGoodWriter(GenerationStore store, string lockPath, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How long changes gather before they are written.</summary>
    public static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(200);

    /// <summary>How long to leave a failing disk alone.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private readonly SemaphoreSlim news = new(0, 1);
    private PendingWrite? pending;
    private FileStream? ownership;
    private volatile string? failure;
    private volatile bool needsWhole;
    private long written = -1;

    /// <summary>Why the last write failed; null when it did not.</summary>
    public string? Failure => failure;

    /// <summary>What is on disk cannot be continued: <see cref="Replaced"/> has to be called.</summary>
    public bool NeedsWhole => needsWhole;

    /// <summary>The revision on disk; -1 when there is none.</summary>
    public long WrittenRevision => Volatile.Read(ref written);

    /// <inheritdoc cref="GenerationStore.Load"/>
    public T? Load<T>(Func<long, IEnumerable<EntityChange>, T> take, Action<string> passedOver)
        where T : class
    {
        lock (writing)
        {
            T? loaded = store.Load(take, passedOver);
            Volatile.Write(ref written, store.Revision ?? -1);
            return loaded;
        }
    }

    public void Changed(long from, long to, IReadOnlyCollection<EntityChange> changes)
    {
        lock (gate)
        {
            pending ??= new PendingWrite(from, whole: null);
            if (!pending.Add(from, to, changes))
            {
                pending = null;
                needsWhole = true;
                return;
            }
        }

        Wake();
    }

    public void Replaced(long revision, IReadOnlyList<IReadOnlyList<EntityChange>> entities)
    {
        lock (gate)
        {
            pending = new PendingWrite(revision, entities);
            needsWhole = false;
        }

        Wake();
    }

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            await news.WaitAsync(stop);
            await Task.Delay(GatherTime, time, stop);
            while (!Flush())
            {
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }

    /// <summary>Writes what is pending, now. False when the disk did not take it.</summary>
    public bool Flush()
    {
        lock (writing)
        {
            PendingWrite? due;
            lock (gate)
            {
                due = pending;
                pending = null;
            }

            return due is null || Write(due);
        }
    }

    public void Dispose()
    {
        ownership?.Dispose();
        news.Dispose();
    }

    private bool Write(PendingWrite due)
    {
        try
        {
            Own();
            if (due.WriteTo(store))
            {
                Volatile.Write(ref written, due.To);
                failure = null;
            }
            else
            {
                lock (gate)
                {
                    needsWhole = pending is not { IsWhole: true };
                }
            }

            return true;
        }
        catch (Exception caught) when (caught is IOException or UnauthorizedAccessException)
        {
            if (failure is null)
            {
                LogFailed(logger, caught.Message);
            }

            failure = caught.Message;
            lock (gate)
            {
                pending = pending is null ? due : due.Then(pending);
            }

            return false;
        }
    }

    /// <summary>Two processes on one directory would tear each other's journal: the second waits for the first to end.</summary>
    private void Own()
    {
        if (ownership is null)
        {
            DurableFile.CreateDirectory(Path.GetDirectoryName(lockPath)!);
            ownership = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
    }

    private void Wake()
    {
        lock (gate)
        {
            if (news.CurrentCount == 0)
            {
                news.Release();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The configuration cannot be kept on disk: {Reason}. The edge serves on and tries again; a restart now would start from an older configuration.")]
    private static partial void LogFailed(ILogger logger, string reason);
}
