using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A real <c>redis-server</c> that acknowledges only what is on disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("mesh-redis-").FullName;
    private Process? process;

    public int Port { get; } = MeshProcess.FreePorts(1)[0];

    public async Task Start()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, WorkingDirectory = data };
        string[] arguments =
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", data, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        long started = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await Answers())
        {
            Assert.False(process.HasExited, "redis-server did not start");
            Assert.True(Stopwatch.GetElapsedTime(started) < MeshProcess.Patience, "redis-server does not answer");
            await poll.WaitForNextTickAsync();
        }
    }

    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await Kill();
        }

        Directory.Delete(data, recursive: true);
    }

    private async Task<bool> Answers()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            byte[] answer = new byte[16];
            int read = await client.GetStream().ReadAsync(answer);
            return Encoding.ASCII.GetString(answer, 0, read).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
