using System.Diagnostics.Tracing;
using System.Globalization;

namespace Mesh.BlockingHook;

/// <summary>
/// Writes a line to a file each time a thread waits for another one: <c>contended</c> where a thread that polls sockets wants a
/// lock that is held just then, <c>blocked</c> where it waits for anything else, <c>other</c> for all other threads, whose lines
/// show that the watch works.
/// </summary>
internal sealed class BlockedThreads(string path) : EventListener
{
    private const EventKeywords WaitHandles = (EventKeywords)0x40000000000;
    private const EventKeywords Contention = (EventKeywords)0x4000;
    private const string PollingThread = ".NET Sockets";
    private readonly Lock gate = new();
    // Threads whose next wait is for a lock.
    private readonly HashSet<long> contended = [];

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, WaitHandles | Contention);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (gate)
        {
            if (eventData.EventName?.StartsWith("ContentionStart", StringComparison.Ordinal) is true)
            {
                contended.Add(eventData.OSThreadId);
            }
            else if (eventData.EventName?.StartsWith("ContentionStop", StringComparison.Ordinal) is true)
            {
                contended.Remove(eventData.OSThreadId);
            }
            else if (eventData.EventName?.StartsWith("WaitHandleWaitStart", StringComparison.Ordinal) is true && NameOf(eventData.OSThreadId) is { } name)
            {
                string how = name != PollingThread ? "other" : contended.Contains(eventData.OSThreadId) ? "contended" : "blocked";
                File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{how} {name} {eventData.OSThreadId}\n"));
            }
        }
    }

    private static string? NameOf(long thread)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/comm")).Trim();
        }
        catch (IOException)
        {
            // It has ended.
            return null;
        }
    }
}
