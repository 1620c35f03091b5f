using System.Diagnostics;
using System.Globalization;

namespace Mesh.Bench.Client;

/// <summary>What the connections of one run share: when it ends, and what was measured.</summary>
internal sealed class LoadRun(TimeSpan length)
{
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);

    public List<double> Milliseconds { get; } = [];

    public int Errors { get; private set; }

    public string FirstError { get; private set; } = "";

    public bool Over => Stopwatch.GetTimestamp() >= end;

    public static async Task<int> Print(int connections, int seconds, Func<LoadRun, Task> drive)
    {
        var run = new LoadRun(TimeSpan.FromSeconds(seconds));
        LoadRun[] parts = [.. Enumerable.Range(0, connections).Select(_ => new LoadRun(TimeSpan.FromSeconds(seconds)))];
        await Task.WhenAll(parts.Select(part => part.Guarded(drive)));
        List<double> all = [.. parts.SelectMany(part => part.Milliseconds)];
        string error = parts.Select(part => part.FirstError).FirstOrDefault(text => text.Length > 0) ?? "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"requests":{{all.Count}},"seconds":{{Stopwatch.GetElapsedTime(run.begun).TotalSeconds}},"p50":{{At(all, 0.5)}},"p99":{{At(all, 0.99)}},"p999":{{At(all, 0.999)}},"errors":{{parts.Sum(part => part.Errors)}},"error":"{{error}}"}"""));
        return 0;
    }

    private async Task Guarded(Func<LoadRun, Task> drive)
    {
        try
        {
            await drive(this);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or TimeoutException or System.Net.Sockets.SocketException)
        {
            Errors++;
            FirstError = failure.Message.Replace('"', '\'');
        }
    }

    /// <summary>The value below which a share of them lies; sorts them.</summary>
    public static double At(List<double> values, double share)
    {
        values.Sort();
        return values.Count == 0 ? 0 : Math.Round(values[Math.Min(values.Count - 1, (int)(values.Count * share))], 4);
    }
}
