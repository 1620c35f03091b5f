using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>The real executable (<c>mesh</c> or <c>mesh-edge</c>), started as a user would, on ports of its own.</summary>
internal sealed class MeshProcess : IAsyncDisposable
{
    /// <summary>How long a condition may take to come true before a test gives up. No test's result depends on its length.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> output = new();
    private readonly Dictionary<string, string> environment;
    private readonly string program;
    private readonly string[] arguments;
    private Process? process;

    public MeshProcess(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        this.program = program;
        this.environment = environment;
        this.arguments = arguments;
    }

    /// <summary>A command that ends by becoming the one behind it, such as <c>ip netns exec</c>.</summary>
    public string[] Launcher { get; init; } = [];

    public string Output => string.Join('\n', output);

    public int Id => process!.Id;

    /// <summary>The most memory that was ever resident.</summary>
    public long PeakMemoryBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    /// <summary>TCP ports that the process itself listens on, both families.</summary>
    public int[] ListeningPorts()
    {
        HashSet<string> sockets =
        [
            .. Directory.EnumerateFiles($"/proc/{Id}/fd")
                .Select(link => new FileInfo(link).LinkTarget)
                .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) is true)
                .Select(target => target!["socket:[".Length..^1]),
        ];
        const string listening = "0A";
        return
        [
            .. File.ReadLines($"/proc/{Id}/net/tcp").Skip(1).Concat(File.ReadLines($"/proc/{Id}/net/tcp6").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == listening && sockets.Contains(fields[9]))
                .Select(fields => Convert.ToInt32(fields[1][(fields[1].IndexOf(':', StringComparison.Ordinal) + 1)..], 16))
                .Distinct(),
        ];
    }

    public bool HasExited => process!.HasExited;

    public void Start()
    {
        string[] command = [.. Launcher, "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public async Task<int> Exit()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process!.WaitForExitAsync(patience.Token);
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", Id.ToString()]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            await Kill();
        }

        process.Dispose();
    }

    /// <summary>Tries until the condition holds; fails with what the process has printed when it does not come true.</summary>
    public async Task Until(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await Holds(condition))
            {
                return;
            }

            if (HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                Assert.Fail($"{what}: did not happen{(HasExited ? $", the process exited with {process!.ExitCode}" : "")}. It printed:\n{Output}");
            }

            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>Whether it holds now; a server that does not answer (yet) is an answer too.</summary>
    private static async Task<bool> Holds(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }

    /// <summary>Ports that were free a moment ago.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
