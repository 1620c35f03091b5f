using System.Buffers;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Mesh.Edge.Plugins.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>
/// The one writer of a path. Lines wait in a bounded queue and are appended by whole lines, many at once when many wait;
/// those that cannot be written are counted, and requests go on.
/// </summary>
internal sealed partial class LogFile
{
    /// <summary>Lines that wait; beyond that the oldest go.</summary>
    public const int MaxWaitingLines = 16_384;

    /// <summary>Bytes that are collected for one write. A single longer line is written all the same.</summary>
    private const int MaxBatchBytes = 256 * 1024;

    /// <summary>For a pipe whose reader is slow.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(10);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Channel<LogLine> lines;
    private readonly ArrayBufferWriter<byte> batch = new(MaxBatchBytes);
    private readonly Task pump;
    private AppendedFile? file;
    private bool torn;
    private string? failure;
    private Guid plugin;
    private long lost;
    private int full;

    public LogFile(string path, TimeProvider time, ILogger logger)
    {
        this.path = path;
        this.time = time;
        this.logger = logger;
        lines = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(MaxWaitingLines) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Drop());

        // Rooted by nothing but the channel while it waits: a writer that no plugin holds is collected with its file.
        pump = Pump();
    }

    /// <summary>Lines that were never written.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Set while writing fails.</summary>
    public OutputProblem? Problem =>
        Volatile.Read(ref failure) is { } reason ? new OutputProblem(plugin, $"cannot write to {path}: {reason}; {Lost} lines were lost") : null;

    /// <summary>Returns at once.</summary>
    public void Write(in LogLine line) => lines.Writer.TryWrite(line);

    public async Task StopAsync(TimeSpan limit)
    {
        lines.Writer.TryComplete();
        await pump.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Pump()
    {
        while (await lines.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Collect(out bool reopen);
            await Write(reopen).ConfigureAwait(false);
        }

        file?.Dispose();
    }

    private void Collect(out bool reopen)
    {
        batch.ResetWrittenCount();
        reopen = false;
        if (torn)
        {
            // A disk ran full in the middle of a line: what follows must not stand behind its half.
            batch.Write("\n"u8);
        }

        while (batch.WrittenCount < MaxBatchBytes && lines.Reader.TryRead(out LogLine line))
        {
            batch.Write(line.Record.Json.Span);
            batch.Write("\n"u8);
            plugin = line.Plugin;
            reopen |= line.Reopen;
        }
    }

    private async Task Write(bool reopen)
    {
        try
        {
            if (reopen)
            {
                file?.Dispose();
                file = null;
            }

            file ??= AppendedFile.Open(path);
            if (!await WriteBatch(file).ConfigureAwait(false))
            {
                return;
            }
        }
        catch (Exception problem)
        {
            // Of any kind: the lines are lost, the writer goes on.
            Fail(problem.Message, batch.WrittenSpan);
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
    private async ValueTask<bool> WriteBatch(AppendedFile target)
    {
        ReadOnlyMemory<byte> rest = batch.WrittenMemory;
        long started = time.GetTimestamp();
        while (!rest.IsEmpty)
        {
            target.Write(rest.Span, out int written, out int error);
            torn = written > 0 ? rest.Span[written - 1] != (byte)'\n' : torn;
            rest = rest[written..];
            if (error == 0)
            {
                continue;
            }

            if (error != AppendedFile.TryAgain || time.GetElapsedTime(started) > WriteTimeout)
            {
                // The next batch starts with the file that stands at the path then.
                target.Dispose();
                file = null;
                Fail(Marshal.GetPInvokeErrorMessage(error), rest.Span);
                return false;
            }

            await Task.Delay(RetryDelay, time).ConfigureAwait(false);
        }

        return true;
    }

    private void Drop()
    {
        Interlocked.Increment(ref lost);
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
