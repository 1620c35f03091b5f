using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesh.Bench.Client;

/// <summary>
/// HTTP/1.1 requests with a timetable, each expected to be answered by 200. A slow answer does not push the timetable back: the
/// requests that wait behind it count from the time they were due, so that a pause of the gateway shows in the percentiles as its
/// users would feel it.
/// </summary>
/// <param name="took">Called with the milliseconds of each answer.</param>
internal sealed partial class PacedLoad(Func<bool> over, Action<double> took, Func<Task<Stream>> connect, string path, double ratePerSecond)
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);
    private readonly byte[] received = new byte[16 * 1024];
    private readonly byte[] request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    private readonly long step = (long)(Stopwatch.Frequency / ratePerSecond);

    /// <summary>All on one kept connection.</summary>
    public async Task Drive()
    {
        await using Stream connection = await connect();
        await OnTime(() => Ask(connection));
    }

    /// <summary>Each on a connection of its own, whose making counts.</summary>
    public Task DriveFresh() => OnTime(async () =>
    {
        await using Stream connection = await connect().WaitAsync(LongestAnswer);
        await Ask(connection);
    });

    private async Task OnTime(Func<Task> ask)
    {
        long due = Stopwatch.GetTimestamp() + Random.Shared.NextInt64(step);
        while (!over())
        {
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            // A timer may be late by a tick of its own; only what is late because of an answer counts.
            long begun = early > TimeSpan.Zero ? Stopwatch.GetTimestamp() : due;
            await ask();
            took(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            due += step;
        }
    }

    private async Task Ask(Stream connection)
    {
        await connection.WriteAsync(request);
        await Answer(connection).WaitAsync(LongestAnswer);
    }

    private async Task Answer(Stream connection)
    {
        int got = 0;
        int whole = int.MaxValue;
        while (got < whole)
        {
            int read = await connection.ReadAsync(received.AsMemory(got));
            if (read == 0)
            {
                throw new IOException("the connection was closed");
            }

            got += read;
            whole = Length(received.AsSpan(0, got));
        }
    }

    private static int Length(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return int.MaxValue;
        }

        string text = Encoding.ASCII.GetString(answer[..head]);
        Match length = ContentLength().Match(text);
        if (!text.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || !length.Success)
        {
            throw new InvalidDataException("not 200 with a length: " + text[..Math.Min(text.Length, 40)].ReplaceLineEndings(" "));
        }

        return head + 4 + int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\r\nContent-Length: (\d{1,9})", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
