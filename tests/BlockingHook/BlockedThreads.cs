using System.Diagnostics.Tracing;
using System.Globalization;

namespace Mesh.BlockingHook;

/// <summary>Writes a line to a file each time a thread that polls sockets waits for another thread.</summary>
internal sealed class BlockedThreads(string path) : EventListener
{
    private const EventKeywords WaitHandles = (EventKeywords)0x40000000000;
    private const string PollingThread = ".NET Sockets";
    private readonly Lock gate = new();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, WaitHandles);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("WaitHandleWaitStart", StringComparison.Ordinal) is not true || NameOf(eventData.OSThreadId) is not { } name)
        {
            return;
        }

        // Lines of other threads show that the watch works.
        lock (gate)
        {
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{(name == PollingThread ? "blocked" : "other")} {name} {eventData.OSThreadId}\n"));
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
