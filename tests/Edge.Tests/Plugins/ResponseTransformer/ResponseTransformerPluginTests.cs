using System.Text;
using System.Text.Json.Nodes;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.ResponseTransformer;

public sealed class ResponseTransformerPluginTests
{
    private readonly PluginBench bench = new();

    [Theory]
    [InlineData("""{"remove":{"headers":["x-one","X-None"]}}""", "X-One=1|X-Two=2", "X-Two=2")]
    [InlineData("""{"rename":{"headers":["X-One:X-New","X-None:X-Gone"]}}""", "X-One=1", "X-New=1")]
    [InlineData("""{"rename":{"headers":["X-One:X-Two"]}}""", "X-One=1|X-Two=2", "X-Two=1")]
    [InlineData("""{"replace":{"headers":["X-One:new:value","X-None:n"]}}""", "X-One=1", "X-One=new:value")]
    [InlineData("""{"add":{"headers":["X-One:n","X-New:a"]}}""", "X-One=1", "X-New=a|X-One=1")]
    [InlineData("""{"append":{"headers":["X-One:n","X-New:a"]}}""", "X-One=1", "X-New=a|X-One=1,n")]
    [InlineData("""{"add":{"headers":["X-A:"]},"append":{"headers":["X-A:"]}}""", "X-One=1", "X-One=1")]
    [InlineData("""{"remove":{"headers":["X-One"]},"add":{"headers":["X-One:n"]}}""", "X-One=1", "")]
    [InlineData("""{"remove":{"headers":["X-One"]},"replace":{"headers":["X-One:n"]}}""", "X-One=1", "X-One=n")]
    [InlineData("""{"add":{"headers":["X-A:1","X-A:2"]}}""", "", "X-A=2")]
    public async Task Headers_are_changed_in_order_as_they_came(string config, string before, string after)
    {
        Configure(config);
        Exchange exchange = bench.Exchange();
        foreach (string header in before.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            exchange.Http.Response.Headers.Append(header.Split('=')[0], header.Split('=')[1]);
        }

        await PluginBench.Run(exchange);
        Assert.Equal(after, string.Join('|', exchange.Http.Response.Headers.OrderBy(header => header.Key).Select(header => $"{header.Key}={header.Value}")));
    }

    [Theory]
    [InlineData("""{"remove":{"json":["a","x"]}}""", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("""{"rename":{"json":["a:c","x:y"]}}""", """{"a":1,"b":2}""", """{"b":2,"c":1}""")]
    [InlineData("""{"replace":{"json":["a:new","x:y"]}}""", """{"a":1.50,"b":2.50}""", """{"a":"new","b":2.50}""")]
    [InlineData("""{"replace":{"json":["a:5","b:true","c:5"],"json_types":["number","boolean"]}}""", """{"a":1,"b":2,"c":3}""", """{"a":5,"b":true,"c":"5"}""")]
    [InlineData("""{"add":{"json":["a:n","c:1e2","d:yes","e:nine"],"json_types":["string","number","boolean","number"]}}""", """{"a":1}""", """{"a":1,"c":1e2,"d":false}""")]
    [InlineData("""{"append":{"json":["a:2","b:2","l:3","n:4"],"json_types":["number","string","number"]}}""", """{"b":"1","l":[1,2]}""", """{"a":[2],"b":["1","2"],"l":[1,2,3],"n":["4"]}""")]
    [InlineData("""{"remove":{"json":["a.b"]}}""", """{"a":{"b":1},"a.b":2}""", """{"a":{"b":1}}""")]
    [InlineData("""{"add":{"json":["a:x:y"]}}""", "{}", """{"a":"x:y"}""")]
    [InlineData("""{"add":{"json":["a:1"]}}""", "[1, 2]", "[1, 2]")]
    [InlineData("""{"add":{"json":["a:1"]}}""", "{ broken", "{ broken")]
    [InlineData("""{"add":{"json":["a:1"]}}""", "", "")]
    [InlineData("""{"replace":{"json":["x:1"]}}""", """{ "a" : 1 }""", """{ "a" : 1 }""")]
    public async Task Json_bodies_are_changed_with_a_true_length(string config, string body, string expected)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Answer("application/json; charset=utf-8", body));
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("response-transformer", config));
        (string head, string got) = Split(await gateway.GetAsync("/"));
        Assert.Equal(expected.Length.ToString(), RawHead.Value(head, "Content-Length"));
        if (expected.StartsWith("{\"", StringComparison.Ordinal))
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(got)), got);
        }
        else
        {
            Assert.Equal(expected, got);
        }
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/Problem+JSON; charset=utf-8", true)]
    [InlineData("text/plain, application/json", true)]
    [InlineData("application/x-ndjson", false)]
    [InlineData("text/json", false)]
    [InlineData("text/plain", false)]
    public async Task Only_json_is_looked_into(string type, bool changed)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Answer(type, """{"a":1}"""));
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("response-transformer", """{"remove":{"json":["a"]}}"""));
        Assert.Equal(changed ? "{}" : """{"a":1}""", Split(await gateway.GetAsync("/")).Body);
    }

    [Fact]
    public async Task The_upstreams_type_counts_and_not_the_one_it_is_changed_to()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Answer("application/json", """{"a":1}"""));
        await using TestGateway gateway = await PluginGateway.StartAsync(
            upstream.Port, ("response-transformer", """{"remove":{"json":["a"]},"replace":{"headers":["Content-Type:text/plain"]}}"""));
        (string head, string body) = Split(await gateway.GetAsync("/"));
        Assert.Equal(("text/plain", "{}"), (RawHead.Value(head, "Content-Type"), body));
    }

    [Fact]
    public async Task A_compressed_body_and_a_part_of_one_go_through_as_they_are()
    {
        string[] extra = ["200 OK\r\nContent-Encoding: gzip", "206 Partial Content\r\nContent-Range: bytes 0-6/9"];
        foreach (string answer in extra)
        {
            await using RawUpstream upstream = RawUpstream.Answering($"HTTP/1.1 {answer}\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{{\"a\":1}}");
            await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("response-transformer", """{"remove":{"json":["a"]}}"""));
            Assert.Equal("""{"a":1}""", Split(await gateway.GetAsync("/")).Body);
        }
    }

    [Fact]
    public async Task A_chunked_body_gets_a_length_and_a_head_answer_loses_its_false_one()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            while (await connection.ReadHeadAsync() is { } head)
            {
                await connection.SendAsync(head.StartsWith("HEAD", StringComparison.Ordinal)
                    ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");
            }
        });
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("response-transformer", """{"rename":{"json":["a:bcd"]}}"""));
        (string head, string body) = Split(await gateway.GetAsync("/"));
        Assert.Equal(("9", """{"bcd":1}"""), (RawHead.Value(head, "Content-Length"), body));
        Assert.Null(RawHead.Value(head, "Transfer-Encoding"));

        head = await gateway.ExchangeAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", head, StringComparison.Ordinal);
        Assert.Null(RawHead.Value(head, "Content-Length"));
    }

    [Fact]
    public async Task With_rules_for_headers_only_nothing_waits_for_the_end_of_the_body()
    {
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"a\":");
            await rest.Task.WaitAsync(connection.Stopping);
            await connection.SendAsync("\"12\"}");
        });
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("response-transformer", """{"add":{"headers":["X-A:1"]}}"""));
        await using RawClient client = await gateway.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        string head = await client.ReadUntilAsync("{\"a\":");
        Assert.Equal(("1", "10"), (RawHead.Value(head, "X-A"), RawHead.Value(head, "Content-Length")));
        rest.SetResult();
        await client.ReadUntilAsync("\"12\"}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_too_long_to_be_changed_is_not_sent_on_unchanged(bool told)
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            string framing = told ? $"Content-Length: {WholeBody.MaxBytes + 1}" : "Connection: close";
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{{\"secret\":\"");
            await connection.SendAsync(new string('x', WholeBody.MaxBytes));
        });
        await using TestGateway gateway = await PluginGateway.StartAsync(
            upstream.Port, ("response-transformer", """{"remove":{"json":["secret"]},"add":{"headers":["X-A:1"]}}"""));
        (string head, string body) = Split(await gateway.GetAsync("/"));
        Assert.StartsWith("HTTP/1.1 502", head, StringComparison.Ordinal);
        Assert.Equal("1", RawHead.Value(head, "X-A"));
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Contains("An invalid response was received from the upstream server", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_answered_whole_and_with_every_header()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"a\":");
        });
        await using TestGateway gateway = await PluginGateway.StartAsync(
            upstream.Port, ("response-transformer", """{"remove":{"json":["message"]}}"""), ("cors", "{}"));
        (string head, string body) = Split(await gateway.GetAsync("/", "Accept: application/json\r\nOrigin: https://a.test\r\n"));
        Assert.StartsWith("HTTP/1.1 502", head, StringComparison.Ordinal);
        Assert.Equal("*", RawHead.Value(head, "Access-Control-Allow-Origin"));
        Assert.Equal(body.Length.ToString(), RawHead.Value(head, "Content-Length"));
        Assert.Equal(["request_id"], JsonNode.Parse(body)!.AsObject().Select(property => property.Key));
    }

    [Fact]
    public async Task An_answer_that_a_later_plugin_makes_is_changed_too()
    {
        bench.Put(
            PluginBench.Plugin("response-transformer", """{"add":{"json":["by:mesh"],"headers":["X-A:1"]}}"""),
            PluginBench.Plugin("request-termination", """{"status_code":418,"message":"short"}"""));
        Exchange exchange = await bench.Send();
        Assert.Equal("1", exchange.Http.Response.Headers["X-A"]);
        Assert.Equal("mesh", (string)JsonNode.Parse(PluginBench.Body(exchange))!["by"]!);
        Assert.Equal(Encoding.UTF8.GetByteCount(PluginBench.Body(exchange)), exchange.Http.Response.ContentLength);
    }

    [Fact]
    public async Task A_length_may_be_taken_away_and_a_value_cannot_start_a_header()
    {
        await using RawUpstream upstream = RawUpstream.Answering(Answer("text/plain", "hello"));
        await using TestGateway gateway = await PluginGateway.StartAsync(
            upstream.Port, ("response-transformer", """{"remove":{"headers":["Content-Length","Connection"]},"add":{"headers":["X-A:1\r\nX-B: 2"]}}"""));
        (string head, _) = Split(await gateway.GetAsync("/"));
        Assert.Null(RawHead.Value(head, "Content-Length"));
        Assert.Null(RawHead.Value(head, "X-B"));
        Assert.Equal("1X-B: 2", RawHead.Value(head, "X-A"));
        Assert.Equal("close", RawHead.Value(head, "Connection"));
    }

    [Theory]
    [InlineData("remove", "headers", "any thing", null)]
    [InlineData("remove", "json", "a", null)]
    [InlineData("rename", "headers", "X-A:X-B", null)]
    [InlineData("rename", "headers", "X-A", "invalid value: X-A")]
    [InlineData("rename", "headers", "X-A:X B", "'X B' is not a valid header")]
    [InlineData("rename", "headers", "X-A:Content-Length", "header 'Content-Length' frames the message and is the edge's own")]
    [InlineData("rename", "json", "a", "invalid value: a")]
    [InlineData("replace", "headers", "X A:1", "'X A' is not a valid header")]
    [InlineData("add", "headers", ":1", "invalid value: :1")]
    [InlineData("add", "headers", "X-A:1\r\nX-B:2", "'1\r\nX-B:2' is not a valid header")]
    [InlineData("append", "headers", "Connection:close", "header 'Connection' frames the message and is the edge's own")]
    [InlineData("append", "json", "a:", null)]
    public void Entries_are_checked_when_they_are_committed(string action, string kind, string entry, string? problem)
    {
        var changes = PluginCatalog.Default.Find("response-transformer")!.Config.Single(field => field.Name == action);
        Assert.Equal(problem, changes.Fields!.Single(field => field.Name == kind).Elements!.Check!(entry));
    }

    [Fact]
    public async Task A_change_of_framing_is_refused_by_the_edge_too()
    {
        Configure("""{"add":{"headers":["Transfer-Encoding:gzip"]}}""");
        Assert.Equal("header 'Transfer-Encoding' frames the message and is the edge's own", Assert.Single(bench.Problems).Reason);
        Assert.Equal(500, (await bench.Send()).Http.Response.StatusCode);
    }

    private static string Answer(string type, string body) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static (string Head, string Body) Split(string answer)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (answer[..end], answer[(end + 4)..]);
    }

    private void Configure(string config) => bench.Put(PluginBench.Plugin("response-transformer", config, Guid.Parse("00000000-0000-0000-0000-0000000000f7")));
}
