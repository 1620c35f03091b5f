using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Mesh.Edge.Forwarding.Http1;
using Mesh.Edge.Plugins.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>
/// The one writer of a path. Each thread puts its lines into a chunk of its own; chunks are appended to the file one after the
/// other, at once when little comes and every few milliseconds when much does. Lines that cannot be written are counted, and
/// requests go on.
/// </summary>
internal sealed partial class LogFile
{
    /// <summary>What may wait for the file; beyond that the oldest goes.</summary>
    public const int MaxWaitingBytes = 64 * 1024 * 1024;

    /// <summary>A single longer line has a chunk of its own.</summary>
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Empty chunks that are kept to be filled again.</summary>
    private const int MaxSpareChunks = 32;

    /// <summary>Between two writes: what comes meanwhile is written together.</summary>
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(10);

    /// <summary>For a pipe whose reader is slow.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(1);

    private static readonly ReadOnlyMemory<byte> LineBreak = "\n"u8.ToArray();

    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <summary>By lane: the chunk being filled; null while a thread holds it, and when there is none.</summary>
    private readonly LogChunk?[] lanes = new LogChunk?[Lane.Count];
    private readonly ConcurrentQueue<LogChunk> waiting = new();
    private readonly ConcurrentQueue<LogChunk> spare = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task pump;
    private AppendedFile? file;
    private bool torn;
    private string? failure;
    private Guid plugin;
    private int awake;
    private long waitingBytes;
    private long lost;
    private int full;

    public LogFile(string path, TimeProvider time, ILogger logger)
    {
        this.path = path;
        this.time = time;
        this.logger = logger;

        // Rooted by nothing but the channel while it waits: a writer that no plugin holds is collected with its file.
        pump = Pump();
    }

    /// <summary>Lines that were never written.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Set while writing fails.</summary>
    public OutputProblem? Problem =>
        Volatile.Read(ref failure) is { } reason ? new OutputProblem(plugin, $"cannot write to {path}: {reason}; {Lost} lines were lost") : null;

    /// <summary>Copies the line and returns at once.</summary>
    /// <param name="writer">The plugin entity that wants it written.</param>
    /// <param name="reopen">The file is to be opened anew before.</param>
    public void Write(ReadOnlySpan<byte> line, Guid writer, bool reopen)
    {
        ref LogChunk? lane = ref lanes[Lane.Current];
        LogChunk chunk = Interlocked.Exchange(ref lane, null) ?? Fresh(line.Length + 1);
        while (!chunk.TryAppend(line, writer, reopen))
        {
            Enqueue(chunk);
            chunk = Fresh(line.Length + 1);
        }

        // Threads of the pool share lanes: whoever finds another's chunk there leaves its own to be written.
        if (Interlocked.CompareExchange(ref lane, chunk, null) is not null)
        {
            Enqueue(chunk);
        }

        if (Volatile.Read(ref awake) == 0 && Interlocked.Exchange(ref awake, 1) == 0)
        {
            wake.Writer.TryWrite(true);
        }
    }

    public async Task StopAsync(TimeSpan limit)
    {
        wake.Writer.TryComplete();
        await pump.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Pump()
    {
        while (await wake.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            wake.Reader.TryRead(out _);
            await WriteWaiting().ConfigureAwait(false);
            await Task.Delay(GatherTime, time).ConfigureAwait(false);
        }

        await WriteWaiting().ConfigureAwait(false);
        file?.Dispose();
    }

    private async Task WriteWaiting()
    {
        // First: a line that comes from here on either is seen below or wakes the pump again.
        Interlocked.Exchange(ref awake, 0);
        for (int i = 0; i < lanes.Length; i++)
        {
            if (Interlocked.Exchange(ref lanes[i], null) is { } chunk)
            {
                Enqueue(chunk);
            }
        }

        for (int due = waiting.Count; due > 0 && waiting.TryDequeue(out LogChunk? chunk); due--)
        {
            Interlocked.Add(ref waitingBytes, -chunk.Length);
            plugin = chunk.Plugin;
            await Write(chunk).ConfigureAwait(false);
            if (chunk.Capacity == ChunkBytes && spare.Count < MaxSpareChunks)
            {
                chunk.Clear();
                spare.Enqueue(chunk);
            }
        }
    }

    private LogChunk Fresh(int atLeast) =>
        atLeast <= ChunkBytes && spare.TryDequeue(out LogChunk? chunk) ? chunk : new LogChunk(Math.Max(ChunkBytes, atLeast));

    private void Enqueue(LogChunk chunk)
    {
        waiting.Enqueue(chunk);
        long bytes = Interlocked.Add(ref waitingBytes, chunk.Length);
        while (bytes > MaxWaitingBytes && waiting.TryDequeue(out LogChunk? oldest))
        {
            bytes = Interlocked.Add(ref waitingBytes, -oldest.Length);
            Drop(oldest.Lines);
        }
    }

    private async Task Write(LogChunk chunk)
    {
        try
        {
            if (chunk.Reopen)
            {
                file?.Dispose();
                file = null;
            }

            file ??= AppendedFile.Open(path);
            if (!await WriteLines(file, chunk.Written).ConfigureAwait(false))
            {
                return;
            }
        }
        catch (Exception problem)
        {
            // Of any kind: the lines are lost, the writer goes on.
            Fail(problem.Message, chunk.Written.Span);
            return;
        }

        torn = false;
        Volatile.Write(ref full, 0);
        if (failure is not null)
        {
            LogRecovered(logger, path, Lost);
            Volatile.Write(ref failure, null);
        }
    }

    /// <summary>False when not all was written.</summary>
    private async ValueTask<bool> WriteLines(AppendedFile target, ReadOnlyMemory<byte> lines)
    {
        // A disk ran full in the middle of a line: what follows must not stand behind its half.
        bool mending = torn;
        ReadOnlyMemory<byte> rest = mending ? LineBreak : lines;
        long started = time.GetTimestamp();
        while (!rest.IsEmpty)
        {
            target.Write(rest.Span, out int written, out int error);
            torn = written > 0 ? rest.Span[written - 1] != (byte)'\n' : torn;
            rest = rest[written..];
            if (mending && rest.IsEmpty)
            {
                mending = false;
                rest = lines;
            }

            if (error == 0)
            {
                continue;
            }

            if (error != AppendedFile.TryAgain || time.GetElapsedTime(started) > WriteTimeout)
            {
                // The next chunk starts with the file that stands at the path then.
                target.Dispose();
                file = null;
                Fail(Marshal.GetPInvokeErrorMessage(error), (mending ? lines : rest).Span);
                return false;
            }

            await Task.Delay(RetryDelay, time).ConfigureAwait(false);
        }

        return true;
    }

    private void Drop(int lines)
    {
        Interlocked.Add(ref lost, lines);
        if (Interlocked.Exchange(ref full, 1) == 0)
        {
            LogFull(logger, path);
        }
    }

    private void Fail(string reason, ReadOnlySpan<byte> unwritten)
    {
        Interlocked.Add(ref lost, unwritten.Count((byte)'\n'));
        if (failure is null)
        {
            LogFailure(logger, path, reason);
        }

        Volatile.Write(ref failure, reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The log file {Path} cannot be written: {Reason}. Requests go on; their lines are lost until it can")]
    private static partial void LogFailure(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "More lines for the log file {Path} come than it can be written: the oldest are lost")]
    private static partial void LogFull(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "The log file {Path} is written again; {Lost} lines were lost")]
    private static partial void LogRecovered(ILogger logger, string path, long lost);
}
