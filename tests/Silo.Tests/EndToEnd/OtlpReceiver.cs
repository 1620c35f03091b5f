using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A collector that speaks OTLP by the official definitions (tests/otlp), and what it has received.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<JsonElement> received = new();

    private Task reading = Task.CompletedTask;

    private OtlpReceiver(Process process) => this.process = process;

    public int GrpcPort { get; private set; }

    public int HttpPort { get; private set; }

    public IEnumerable<OtlpSpan> Spans => Bodies("traces")
        .SelectMany(body => Items(body, "resourceSpans"))
        .SelectMany(resource => Items(resource, "scopeSpans").SelectMany(scope => Items(scope, "spans").Select(span => new OtlpSpan(resource, scope, span))));

    public IEnumerable<JsonElement> Metrics => Bodies("metrics")
        .SelectMany(body => Items(body, "resourceMetrics"))
        .SelectMany(resource => Items(resource, "scopeMetrics"))
        .SelectMany(scope => Items(scope, "metrics"));

    public IEnumerable<JsonElement> Logs => Bodies("logs")
        .SelectMany(body => Items(body, "resourceLogs"))
        .SelectMany(resource => Items(resource, "scopeLogs"))
        .SelectMany(scope => Items(scope, "logRecords"));

    public IEnumerable<string> Transports => received.Select(message => message.GetProperty("transport").GetString()!).Distinct();

    public static async Task<OtlpReceiver> Start()
    {
        string directory = Path.Combine(Root(), "tests", "otlp");
        var start = new ProcessStartInfo("node", "receiver.js") { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true };
        var receiver = new OtlpReceiver(Process.Start(start)!);
        string first = await receiver.process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the receiver did not start: run tests/run once, which installs its packages");
        JsonElement ports = JsonElement.Parse(first);
        receiver.GrpcPort = ports.GetProperty("grpc").GetInt32();
        receiver.HttpPort = ports.GetProperty("http").GetInt32();
        receiver.reading = receiver.Read();
        return receiver;
    }

    public static IEnumerable<JsonElement> Items(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray() : [];

    /// <summary>Value of an attribute as text; null when there is none.</summary>
    public static string? Attribute(JsonElement holder, string name) => Items(holder, "attributes")
        .Where(pair => pair.GetProperty("key").GetString() == name)
        .Select(pair => pair.GetProperty("value").EnumerateObject().First().Value.ToString())
        .FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    /// <summary>Of the repository.</summary>
    public static string Root()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Mesh.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside the repository");
        }

        return directory.FullName;
    }

    private async Task Read()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            received.Enqueue(JsonElement.Parse(line));
        }
    }

    private IEnumerable<JsonElement> Bodies(string signal) =>
        received.Where(message => message.GetProperty("signal").GetString() == signal).Select(message => message.GetProperty("body"));
}

/// <summary>A span with what it was sent in.</summary>
internal sealed record OtlpSpan(JsonElement Resource, JsonElement Scope, JsonElement Span)
{
    public string Name => Span.GetProperty("name").GetString()!;

    public string Source => Scope.GetProperty("scope").GetProperty("name").GetString()!;

    public string TraceId => Hex("traceId");

    public string Id => Hex("spanId");

    /// <summary>Empty for a root.</summary>
    public string Parent => Span.TryGetProperty("parentSpanId", out _) ? Hex("parentSpanId") : "";

    public string? this[string attribute] => OtlpReceiver.Attribute(Span, attribute);

    private string Hex(string field) => Convert.ToHexStringLower(Convert.FromBase64String(Span.GetProperty(field).GetString()!));
}
