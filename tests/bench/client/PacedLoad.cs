using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesh.Bench.Client;

/// <summary>
/// One kept HTTP/1.1 connection with a timetable. A slow answer does not push the timetable back: the requests that wait behind
/// it count from the time they were due, so that a pause of the gateway shows in the percentiles as its users would feel it.
/// </summary>
internal sealed partial class PacedLoad(LoadRun run, int port, string path, double ratePerSecond)
{
    private readonly byte[] received = new byte[16 * 1024];

    public async Task Drive()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        byte[] request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        long step = (long)(Stopwatch.Frequency / ratePerSecond);
        long due = Stopwatch.GetTimestamp() + Random.Shared.NextInt64(step);
        while (!run.Over)
        {
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            // A timer may be late by a tick of its own; only what is late because of an answer counts.
            long begun = early > TimeSpan.Zero ? Stopwatch.GetTimestamp() : due;
            await socket.SendAsync(request);
            await Answer(socket);
            run.Milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            due += step;
        }
    }

    private async Task Answer(Socket socket)
    {
        int got = 0;
        int whole = int.MaxValue;
        while (got < whole)
        {
            int read = await socket.ReceiveAsync(received.AsMemory(got));
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
