using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.FileLog;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Plugins.Logging;
using Mesh.Edge.Tests.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Plugins.FileLog;

public sealed class FileLogTests : IDisposable
{
    private const string Terminate = """{"status_code":204}""";
    private readonly TemporaryDirectory directory = new();
    private readonly LogFiles files = new(TimeProvider.System, NullLogger.Instance);
    private readonly byte[] record;
    private readonly string requestId;

    public FileLogTests()
    {
        Exchange exchange = new PluginBench().Exchange();
        record = RequestLog.Write(exchange).ToArray();
        requestId = exchange.RequestId;
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task With_reopen_a_rotated_file_is_left()
    {
        await using LogBench bench = await Start(""","reopen":true""");
        await bench.Gateway.GetAsync("/one");
        await bench.Lines(1);
        File.Move(bench.File, bench.File + ".1");
        await bench.Gateway.GetAsync("/two");
        Assert.Equal("/two", (string?)(await bench.Line())["request"]!["uri"]);
        Assert.Equal("/one", (string?)Assert.Single(await bench.Lines(1, bench.File + ".1"))["request"]!["uri"]);
    }

    [Fact]
    public async Task Without_reopen_the_file_stays_the_one_that_was_opened()
    {
        await using LogBench bench = await Start("");
        await bench.Gateway.GetAsync("/one");
        await bench.Lines(1);
        File.Move(bench.File, bench.File + ".1");
        await bench.Gateway.GetAsync("/two");
        Assert.Equal(2, (await bench.Lines(2, bench.File + ".1")).Length);
        Assert.False(File.Exists(bench.File));
    }

    [Fact]
    public async Task A_file_that_was_cut_short_is_gone_on_with_at_its_new_end()
    {
        LogFile file = files.Get(directory.File("cut"));
        file.Write(record, Guid.Empty, false);
        await RunningCondition.Until(() => Read("cut").Length > 0);
        using (var cut = new FileStream(directory.File("cut"), FileMode.Truncate))
        {
            Assert.Equal(0, cut.Length);
        }

        file.Write(record, Guid.Empty, false);
        await file.StopAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith("{", Read("cut"));
    }

    [Fact]
    public async Task Lines_of_many_threads_and_of_two_writers_stay_whole()
    {
        const int each = 2000;
        LogFile one = files.Get(directory.File("many"));
        Assert.Same(one, files.Get(directory.File("./many")));
        LogFile other = new LogFiles(TimeProvider.System, NullLogger.Instance).Get(directory.File("many"));
        Thread[] threads = [.. new[] { one, one, other, other }.Select(file => new Thread(() =>
        {
            for (int i = 0; i < each; i++)
            {
                file.Write(record, Guid.Empty, i % 100 == 0);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        await Task.WhenAll(one.StopAsync(TimeSpan.FromSeconds(20)), other.StopAsync(TimeSpan.FromSeconds(20)));
        string[] lines = Read("many").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4 * each, lines.Length + one.Lost + other.Lost);
        Assert.All(lines, line => Assert.Equal(requestId, (string?)JsonNode.Parse(line)!["request"]!["id"]));
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_lines_are_counted_as_lost()
    {
        LogFile file = files.Get("/dev/full");
        Guid plugin = Guid.NewGuid();
        file.Write(record, plugin, false);
        await RunningCondition.Until(() => file.Problem is not null);
        OutputProblem problem = Assert.Single(files.Problems());
        Assert.Equal((plugin, "cannot write to /dev/full: No space left on device; 1 lines were lost"), (problem.Plugin, problem.Reason));
    }

    [Fact]
    public async Task A_path_that_cannot_be_opened_is_reported_until_it_can()
    {
        string path = Path.Combine(directory.Path, "later", "log");
        await using LogBench bench = await LogBench.Start(b =>
        [
            Entities.Route(2, null).Put(),
            LogBench.Plugin(3, "request-termination", Terminate),
            LogBench.Plugin(4, "file-log", $$"""{"path":"{{path}}"}"""),
        ]);
        Assert.StartsWith("HTTP/1.1 204", await bench.Gateway.GetAsync("/"));
        await RunningCondition.Until(() => bench.Outputs.Problems(7).Any());
        Assert.Equal((7L, Entities.Id(4), $"cannot write to {path}: No such file or directory; 1 lines were lost"), Told(bench));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Assert.StartsWith("HTTP/1.1 204", await bench.Gateway.GetAsync("/now"));
        Assert.Equal("/now", (string?)Assert.Single(await bench.Lines(1, path))["request"]!["uri"]);
        await RunningCondition.Until(() => !bench.Outputs.Problems(7).Any());

        static (long, Guid, string) Told(LogBench bench)
        {
            var problem = Assert.Single(bench.Outputs.Problems(7));
            return (problem.Revision, problem.Id, problem.Reason);
        }
    }

    /// <summary>A pipe that nobody reads from would hold up whoever opens it.</summary>
    [Fact]
    public async Task A_pipe_without_a_reader_does_not_block()
    {
        string pipe = directory.File("pipe");
        using (var make = System.Diagnostics.Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        LogFile file = files.Get(pipe);
        file.Write(record, Guid.Empty, false);
        await RunningCondition.Until(() => file.Lost == 1);
        Assert.Contains("No such device or address", Assert.Single(files.Problems()).Reason);
    }

    [Fact]
    public async Task What_waits_for_a_slow_reader_is_bounded_and_the_oldest_lines_go()
    {
        string pipe = directory.File("slow");
        using (var make = System.Diagnostics.Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // Open for both ways, which does not wait for a writer.
        await using var reader = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        LogFile file = files.Get(pipe);
        string padding = new('x', 48 * 1024);
        int count = (LogFile.MaxWaitingBytes / padding.Length) + 100;
        for (int i = 0; i < count; i++)
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{i} {padding}"), Guid.Empty, false);
        }

        Assert.InRange(file.Lost, 1, 200);
        using var lines = new StreamReader(reader);
        int read = 0;
        string? last = null;
        while (read + file.Lost < count)
        {
            last = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.Equal(padding.Length, last!.Length - last.IndexOf(' ') - 1);
            read++;
        }

        Assert.StartsWith($"{count - 1} ", last);
    }

    [Theory]
    [InlineData("path", "\"/ovo*\"", "not a valid filename")]
    [InlineData("custom_fields_by_lua", """{"a":"return 1"}""", "Mesh does not run Lua: custom_fields_by_lua must be empty")]
    [InlineData("custom_fields_by_lua", "{}", null)]
    public void Settings_are_checked(string name, string value, string? problem)
    {
        Field field = PluginCatalog.Default.Find("file-log")!.Config.Single(field => field.Name == name);
        JsonNode node = JsonNode.Parse(value)!;
        string? found = field.Match is { } match ? (System.Text.RegularExpressions.Regex.IsMatch((string)node!, match) ? null : field.Error) : field.Check!(node);
        Assert.Equal(problem, found);
    }

    private static Task<LogBench> Start(string extra) => LogBench.Start(b =>
        [Entities.Route(2, null).Put(), LogBench.Plugin(3, "request-termination", Terminate), b.FileLog(extra: extra)]);

    private string Read(string name) => File.Exists(directory.File(name)) ? File.ReadAllText(directory.File(name)) : "";
}
