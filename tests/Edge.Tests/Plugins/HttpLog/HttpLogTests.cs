using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.HttpLog;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Plugins.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Plugins.HttpLog;

public sealed class HttpLogTests
{
    private const string Terminate = """{"status_code":204}""";

    [Fact]
    public async Task A_record_is_sent_by_itself_with_the_method_and_headers_that_were_asked_for()
    {
        await using Collector collector = await Collector.Start();
        await using LogBench bench = await Start(
            $$"""{"http_endpoint":"http://user:pa%20ss@127.0.0.1:{{collector.Port}}/in?token=1","method":"PUT","headers":{"X-Team":"blue"} }""");
        await bench.Gateway.GetAsync("/one");
        await RunningCondition.Until(() => !collector.Taken.IsEmpty);
        var (method, path, headers, body) = Assert.Single(collector.Taken);
        Assert.Equal(("PUT", "/in?token=1", "blue", "application/json"), (method, path, headers["X-Team"].ToString(), headers.ContentType.ToString()));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pa%20ss")), headers.Authorization.ToString());
        Assert.Equal("/one", (string?)body["request"]!["uri"]);
    }

    [Fact]
    public async Task Records_are_collected_into_arrays()
    {
        await using Collector collector = await Collector.Start();
        await using LogBench bench = await Start($$"""{"http_endpoint":"{{collector.Url()}}","queue":{"max_batch_size":3,"max_coalescing_delay":3600} }""");
        for (int i = 0; i < 6; i++)
        {
            await bench.Gateway.GetAsync($"/{i}");
        }

        await RunningCondition.Until(() => collector.Taken.Count == 2);
        Assert.All(collector.Taken, request => Assert.Equal(3, request.Body.AsArray().Count));
        Assert.Equal(["/0", "/1", "/2", "/3", "/4", "/5"], collector.Records.Select(Uri).Order());
    }

    [Fact]
    public async Task A_batch_that_does_not_fill_goes_after_the_delay_as_an_array()
    {
        await using Collector collector = await Collector.Start();
        await using LogBench bench = await Start($$"""{"http_endpoint":"{{collector.Url()}}","queue":{"max_batch_size":100,"max_coalescing_delay":0.1} }""");
        await bench.Gateway.GetAsync("/alone");
        await RunningCondition.Until(() => !collector.Taken.IsEmpty);
        Assert.Equal("/alone", Uri(Assert.Single(Assert.Single(collector.Taken).Body.AsArray())!));
    }

    [Fact]
    public async Task What_a_failing_server_refuses_is_sent_again_until_it_takes_it()
    {
        await using Collector collector = await Collector.Start();
        collector.Status = 503;
        await using LogBench bench = await Start($$"""{"http_endpoint":"{{collector.Url()}}","queue":{"max_retry_delay":0.05} }""");
        await bench.Gateway.GetAsync("/one");
        await bench.Gateway.GetAsync("/two");
        await RunningCondition.Until(() => collector.Refused >= 3);
        Assert.Equal(
            $"request to 127.0.0.1:{collector.Port} returned status code 503; 0 records were lost",
            Assert.Single(bench.Outputs.Problems(1)).Reason);
        collector.Status = 200;
        await RunningCondition.Until(() => collector.Records.Count == 2);
        Assert.Equal(["/one", "/two"], collector.Records.Select(Uri).Order());
        await RunningCondition.Until(() => !bench.Outputs.Problems(1).Any());
    }

    [Fact]
    public async Task A_batch_is_given_up_after_max_retry_time_and_the_next_one_tried()
    {
        await using Collector collector = await Collector.Start();
        collector.Status = 500;
        await using LogBench bench = await Start($$"""{"http_endpoint":"{{collector.Url()}}","queue":{"max_retry_time":-1} }""");
        await bench.Gateway.GetAsync("/lost");
        await RunningCondition.Until(() => bench.Outputs.Problems(1).Any(problem => problem.Reason.EndsWith("1 records were lost", StringComparison.Ordinal)));
        Assert.Equal(1, collector.Refused);
        collector.Status = 200;
        await bench.Gateway.GetAsync("/kept");
        await RunningCondition.Until(() => !collector.Taken.IsEmpty);
        Assert.Equal(["/kept"], collector.Records.Select(Uri));
    }

    [Fact]
    public async Task A_full_queue_drops_the_oldest()
    {
        await using Collector collector = await Collector.Start();
        collector.Hold = new TaskCompletionSource();
        using var queues = new LogQueues(TimeProvider.System, NullLogger.Instance);
        LogQueue queue = queues.Get(Target(collector, """{"max_entries":2}"""));
        queue.Write(Record("/sent"), Guid.Empty);
        await RunningCondition.Until(() => collector.Arrived == 1);
        Array.ForEach(["/dropped", "/a", "/b"], path => queue.Write(Record(path), Guid.Empty));
        Assert.Equal(1, queue.Lost);
        collector.Hold.SetResult();
        await RunningCondition.Until(() => collector.Records.Count == 3);
        Assert.Equal(["/sent", "/a", "/b"], collector.Records.Select(Uri));
    }

    [Fact]
    public async Task Bytes_that_wait_are_bounded()
    {
        await using Collector collector = await Collector.Start();
        collector.Hold = new TaskCompletionSource();
        using var queues = new LogQueues(TimeProvider.System, NullLogger.Instance);
        int room = Record("/kept-" + new string('x', 700)).Length;
        LogQueue queue = queues.Get(Target(collector, $$"""{"max_bytes":{{room}}}"""));
        queue.Write(Record("/sent"), Guid.Empty);
        await RunningCondition.Until(() => collector.Arrived == 1);
        queue.Write(Record("/dropped"), Guid.Empty);
        queue.Write(Record("/kept-" + new string('x', 700)), Guid.Empty);
        Assert.Equal(1, queue.Lost);
        queue.Write(Record("/never-" + new string('x', room)), Guid.Empty);
        Assert.Equal(2, queue.Lost);
        collector.Hold.SetResult();
        await RunningCondition.Until(() => collector.Records.Count == 2);
        Assert.Equal(["/sent", "/kept"], collector.Records.Select(record => Uri(record)[..5]));
    }

    [Fact]
    public async Task Without_a_limit_of_concurrency_records_go_side_by_side()
    {
        await using Collector collector = await Collector.Start();
        collector.Hold = new TaskCompletionSource();
        using var queues = new LogQueues(TimeProvider.System, NullLogger.Instance);
        LogQueue queue = queues.Get(Target(collector, """{"concurrency_limit":-1}"""));
        string[] paths = ["/0", "/1", "/2", "/3", "/4"];
        Array.ForEach(paths, path => queue.Write(Record(path), Guid.Empty));
        await RunningCondition.Until(() => collector.Arrived == 5);
        collector.Hold.SetResult();
        await RunningCondition.Until(() => collector.Records.Count == 5);
        Assert.Equal(paths, collector.Records.Select(Uri).Order());
    }

    [Fact]
    public async Task A_queue_outlives_revisions_and_what_an_old_one_holds_is_still_delivered()
    {
        await using Collector collector = await Collector.Start();
        collector.Status = 503;
        string config = $$"""{"http_endpoint":"{{collector.Url()}}","queue":{"max_retry_delay":0.05} }""";
        await using LogBench bench = await Start(config);
        await bench.Gateway.GetAsync("/before");
        await RunningCondition.Until(() => collector.Refused >= 1);

        LogQueue queue = bench.Outputs.Queues.Get(Target(collector, """{"max_retry_delay":0.05}"""));

        // The same settings: the same queue. Then others, then none.
        bench.Gateway.Apply(LogBench.Plugin(4, "http-log", config, route: 2));
        await bench.Gateway.GetAsync("/same");
        await RunningCondition.Until(() => !queue.IsEmpty);
        bench.Gateway.Apply(LogBench.Plugin(4, "http-log", $$"""{"http_endpoint":"{{collector.Url()}}other","queue":{"max_retry_delay":0.05} }"""));
        await bench.Gateway.GetAsync("/changed");
        bench.Gateway.Apply(new EntityChange(EntityKinds.Plugins, Entities.Id(4), null));
        await bench.Gateway.GetAsync("/unlogged");
        GC.Collect();
        collector.Status = 200;
        await RunningCondition.Until(() => collector.Records.Count == 3);
        Assert.Equal(["/before", "/same"], collector.Taken.Where(request => request.Path == "/").Select(request => Uri(request.Body)));
        Assert.Equal(["/changed"], collector.Taken.Where(request => request.Path == "/other").Select(request => Uri(request.Body)));
    }

    [Fact]
    public async Task The_end_of_the_edge_sends_what_waits_and_does_not_wait_for_ever()
    {
        await using Collector collector = await Collector.Start();
        await using (LogBench bench = await Start($$"""{"http_endpoint":"{{collector.Url()}}","queue":{"max_batch_size":100,"max_coalescing_delay":3600} }"""))
        {
            await bench.Gateway.GetAsync("/waiting");
            Assert.Empty(collector.Taken);
        }

        Assert.Equal(["/waiting"], collector.Records.Select(Uri));
        collector.Hold = new TaskCompletionSource();
        using var queues = new LogQueues(TimeProvider.System, NullLogger.Instance);
        LogQueue queue = queues.Get(Target(collector, "{}"));
        queue.Write(Record("/never"), Guid.Empty);
        await queues.StopAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, queue.Lost);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_counts_as_failing()
    {
        await using Collector collector = await Collector.Start();
        collector.Hold = new TaskCompletionSource();
        await using LogBench bench = await Start($$"""{"http_endpoint":"{{collector.Url()}}","timeout":50,"queue":{"max_retry_time":-1} }""");
        await bench.Gateway.GetAsync("/");
        await RunningCondition.Until(() => bench.Outputs.Problems(1).Any());
        Assert.StartsWith($"failed request to 127.0.0.1:{collector.Port}: timeout", Assert.Single(bench.Outputs.Problems(1)).Reason);
    }

    [Theory]
    [InlineData("{}", 1, 1.0)]
    [InlineData("""{"queue_size":1,"flush_timeout":2,"retry_count":3}""", 1, 1.0)]
    [InlineData("""{"queue_size":50,"flush_timeout":7}""", 50, 7.0)]
    public void Deprecated_fields_go_over_those_of_the_queue(string fields, int batch, double delay)
    {
        JsonObject config = JsonNode.Parse(fields)!.AsObject();
        config["http_endpoint"] = "http://log.test";
        QueueSettings queue = Settings(config).EffectiveQueue;
        Assert.Equal((batch, delay, 10_000, 60.0), (queue.MaxBatchSize, queue.MaxCoalescingDelay, queue.MaxEntries, queue.MaxRetryTime));
    }

    [Theory]
    [InlineData("http_endpoint", "\"log.test\"", "missing scheme in url")]
    [InlineData("http_endpoint", "\"http://\"", "missing host in url")]
    [InlineData("http_endpoint", "\"http://log.test/x\"", null)]
    public void The_endpoint_must_be_a_url(string name, string value, string? problem) =>
        Assert.Equal(problem, PluginCatalog.Default.Find("http-log")!.Config.Single(field => field.Name == name).Check!(JsonNode.Parse(value)!));

    [Fact]
    public void Credentials_in_the_endpoint_and_in_the_headers_exclude_each_other()
    {
        PluginSchema schema = PluginCatalog.Default.Find("http-log")!;
        var plugin = JsonNode.Parse("""{"config":{"http_endpoint":"http://a:b@log.test","headers":{"AUTHORIZATION":"x"}}}""")!.AsObject();
        var problem = Assert.Single(schema.Checks.OfType<EntityCheck.Custom>().SelectMany(check => check.Run(plugin)));
        Assert.Equal(("config", "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed"), problem);
        Field headers = schema.Config.Single(field => field.Name == "headers");
        Assert.Equal("cannot contain 'Host' header", headers.Keys!.Check!(JsonValue.Create("hOST")));
        Assert.Null(headers.Keys.Check(JsonValue.Create("X-A")));
    }

    /// <summary>Records print their members.</summary>
    [Fact]
    public void A_target_does_not_show_its_secrets()
    {
        HttpLogTarget target = HttpLogTarget.Of(Settings(JsonNode.Parse("""{"http_endpoint":"https://u:secret@log.test/secret","headers":{"X-Key":"secret"} }""")!.AsObject()));
        Assert.Equal("log.test:443", target.ToString());
    }

    private static Task<LogBench> Start(string config) => LogBench.Start(_ =>
        [Entities.Route(2, null).Put(), LogBench.Plugin(3, "request-termination", Terminate), LogBench.Plugin(4, "http-log", config)]);

    private static HttpLogTarget Target(Collector collector, string queue) => HttpLogTarget.Of(Settings(new JsonObject
    {
        ["http_endpoint"] = collector.Url(),
        ["queue"] = JsonNode.Parse(queue),
    }));

    private static byte[] Record(string path)
    {
        Exchange exchange = new PluginBench().Exchange();
        exchange.RawPath = path;
        return RequestLog.Write(exchange).ToArray();
    }

    private static HttpLogSettings Settings(JsonObject config)
    {
        var plugin = new Mesh.Abstractions.Entities.Plugin { Id = Guid.NewGuid(), Name = "http-log", Config = JsonSerializer.SerializeToElement(config) };
        JsonElement complete = PluginSettings.WithDefaults(HttpLogSettings.Schema.Config, plugin.Config);
        return new PluginInstance(plugin, complete, new PluginState()).Read<HttpLogSettings>();
    }

    private static string Uri(JsonNode record) => (string)record["request"]!["uri"]!;
}
