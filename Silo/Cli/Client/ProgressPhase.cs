using System.Diagnostics;

namespace Mesh.Silo.Cli.Client;

/// <summary>What long work is at; set by the work, read by whoever draws it.</summary>
internal sealed class ProgressPhase
{
    private readonly long start = Stopwatch.GetTimestamp();
    private volatile string text = "starting";

    public string Line => $"{text} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)";

    public void Set(string now) => text = now;
}
