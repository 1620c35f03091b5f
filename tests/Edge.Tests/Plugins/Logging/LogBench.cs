using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.FileLog;
using Mesh.Edge.Plugins.HttpLog;
using Mesh.Edge.Plugins.KeyAuth;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Plugins.RequestTermination;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Plugins.Logging;

/// <summary>A gateway with log plugins, and the file that file-log writes.</summary>
internal sealed class LogBench : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();

    private LogBench()
    {
    }

    public LogOutputs Outputs { get; } = new(TimeProvider.System, NullLoggerFactory.Instance);

    public TestGateway Gateway { get; private set; } = null!;

    public string File => directory.File("access.log");

    public static async Task<LogBench> Start(Func<LogBench, EntityChange[]> entities, EdgeSettings? settings = null)
    {
        var bench = new LogBench();
        IReadOnlyList<IPlugin> plugins =
        [
            new KeyAuthPlugin(TimeProvider.System),
            new PrometheusPlugin(bench.Outputs.Metrics),
            new HttpLogPlugin(bench.Outputs.Queues),
            new FileLogPlugin(bench.Outputs.Files),
            new RequestTerminationPlugin(),
        ];
        bench.Gateway = await TestGateway.StartAsync(settings ?? new EdgeSettings(), plugins, TimeProvider.System, entities(bench));
        return bench;
    }

    public static EntityChange Plugin(int number, string name, string config, int? route = null, int? service = null, int? consumer = null) => new Plugin
    {
        Id = Entities.Id(number),
        Name = name,
        Config = JsonElement.Parse(config),
        Route = route is { } one ? Entities.Ref(one) : null,
        Service = service is { } two ? Entities.Ref(two) : null,
        Consumer = consumer is { } three ? Entities.Ref(three) : null,
    }.Put();

    public EntityChange FileLog(int number = 90, int? route = null, int? service = null, int? consumer = null, string extra = "") =>
        Plugin(number, "file-log", $$"""{"path":"{{File}}"{{extra}}}""", route, service, consumer);

    /// <summary>The lines of the file, once there are so many.</summary>
    public async Task<JsonNode[]> Lines(int count, string? file = null)
    {
        string[] lines = [];
        await RunningCondition.Until(() =>
        {
            lines = System.IO.File.Exists(file ?? File) ? ReadLines(file ?? File) : [];
            return lines.Length >= count;
        });
        return [.. lines.Select(line => JsonNode.Parse(line)!)];
    }

    public async Task<JsonNode> Line() => Assert.Single(await Lines(1));

    /// <summary>Whole lines only: the writer may be in the middle of one.</summary>
    private static string[] ReadLines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        string text = new StreamReader(stream).ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Outputs.StopAsync(TimeSpan.FromSeconds(5));
        Outputs.Dispose();
        directory.Dispose();
    }
}
