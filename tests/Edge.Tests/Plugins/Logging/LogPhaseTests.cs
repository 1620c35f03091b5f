using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Plugins.Logging;

public sealed class LogPhaseTests
{
    private const int DeadPort = 1;

    [Fact]
    public async Task A_forwarded_request_is_logged_with_the_fields_of_kong()
    {
        await using KestrelUpstream upstream = await Upstream();
        await using LogBench bench = await LogBench.Start(b => [Entities.Service(1, upstream.Port).Put(), Entities.Route(2, 1, "/a").Put(), b.FileLog()]);
        string answer = await bench.Gateway.GetAsync(
            "/a/b%20c?x=1&x=2&y&z=%C3%A9&e=", "Authorization: Bearer secret-token\r\nProxy-Authorization: secret-token\r\nX-Two: 1\r\nX-Two: 2\r\nX-Name: caf\u00c3\u00a9\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer);
        JsonNode log = await bench.Line();
        JsonNode request = log["request"]!;
        Assert.Equal("/a/b%20c?x=1&x=2&y&z=%C3%A9&e=", (string?)request["uri"]);
        Assert.Equal($"http://a.test:{bench.Gateway.Port}/a/b%20c?x=1&x=2&y&z=%C3%A9&e=", (string?)request["url"]);
        Assert.Equal("""{"x":["1","2"],"y":true,"z":"é","e":""}""", request["querystring"]!.ToJsonString(Relaxed));
        Assert.Equal("GET", (string?)request["method"]);
        Assert.Equal("REDACTED", (string?)request["headers"]!["authorization"]);
        Assert.Equal("REDACTED", (string?)request["headers"]!["proxy-authorization"]);
        Assert.Equal(["1", "2"], request["headers"]!["x-two"]!.AsArray().Select(value => (string?)value));
        Assert.Equal("café", (string?)request["headers"]!["x-name"]);
        Assert.Matches("^[0-9a-f]{32}$", (string?)request["id"]);
        Assert.True((long)request["size"]! > 100);
        Assert.Null(request["tls"]);
        Assert.Equal(200, (int)log["response"]!["status"]!);
        Assert.Equal("here", (string?)log["response"]!["headers"]!["x-upstream"]);
        Assert.Equal((string?)request["id"], (string?)log["response"]!["headers"]!["x-kong-request-id"]);
        Assert.True((long)log["response"]!["size"]! > 5);
        Assert.Equal("/b%20c?x=1&x=2&y&z=%C3%A9&e=", (string?)log["upstream_uri"]);
        Assert.Equal("200", (string?)log["upstream_status"]);
        Assert.Equal("upstream", (string?)log["source"]);
        Assert.Equal("127.0.0.1", (string?)log["client_ip"]);
        Assert.Equal("default", (string?)log["workspace_name"]);
        Assert.InRange((long)log["started_at"]!, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.All(["kong", "proxy", "request", "receive"], name => Assert.True((long)log["latencies"]![name]! >= 0));
        JsonNode one = Assert.Single(log["tries"]!.AsArray())!;
        Assert.Equal(("127.0.0.1", upstream.Port), ((string?)one["ip"], (int)one["port"]!));
        Assert.Equal(("route-2", Entities.Id(2).ToString()), ((string?)log["route"]!["name"], (string?)log["route"]!["id"]));
        Assert.Equal(("service-1", 60000), ((string?)log["service"]!["name"], (int)log["service"]!["connect_timeout"]!));
        Assert.Null(log["consumer"]);
        Assert.Null(log["authenticated_entity"]);
        Assert.DoesNotContain("secret-token", log.ToJsonString());
    }

    [Fact]
    public async Task Tls_and_the_consumer_are_told()
    {
        await using KestrelUpstream upstream = await Upstream();
        await using LogBench bench = await LogBench.Start(b =>
        [
            Entities.Service(1, upstream.Port).Put(),
            Entities.Route(2, 1).Put(),
            Consumer(3, "alice"),
            Key(4, 3, "open"),
            LogBench.Plugin(5, "key-auth", "{}"),
            b.FileLog(),
        ]);
        using HttpClient client = bench.Gateway.Http(secure: true);
        client.DefaultRequestHeaders.Add("apikey", "open");
        Assert.Equal("there", await client.GetStringAsync("/"));
        JsonNode log = await bench.Line();
        Assert.StartsWith("TLSv1.", (string?)log["request"]!["tls"]!["version"]);
        Assert.StartsWith("TLS_", (string?)log["request"]!["tls"]!["cipher"]);
        Assert.Equal("alice", (string?)log["consumer"]!["username"]);
        Assert.Equal((Entities.Id(4).ToString(), Entities.Id(3).ToString()), ((string?)log["authenticated_entity"]!["id"], (string?)log["authenticated_entity"]!["consumer_id"]));
        Assert.StartsWith("https://127.0.0.1:", (string?)log["request"]!["url"]);
    }

    /// <summary>The authentication plugin runs long before and ends the request.</summary>
    [Fact]
    public async Task What_another_plugin_answered_is_logged()
    {
        await using LogBench bench = await LogBench.Start(b =>
            [Entities.Service(1, DeadPort).Put(), Entities.Route(2, 1).Put(), LogBench.Plugin(5, "key-auth", "{}", route: 2), b.FileLog(service: 1)]);
        Assert.StartsWith("HTTP/1.1 401", await bench.Gateway.GetAsync("/"));
        JsonNode log = await bench.Line();
        Assert.Equal((401, "kong", "", -1L), ((int)log["response"]!["status"]!, (string?)log["source"], (string?)log["upstream_status"], (long)log["latencies"]!["proxy"]!));
        Assert.Empty(log["tries"]!.AsArray());
        Assert.Equal("route-2", (string?)log["route"]!["name"]);
    }

    [Fact]
    public async Task Requests_that_no_route_takes_are_logged_by_global_plugins_alone()
    {
        await using LogBench bench = await LogBench.Start(b =>
        [
            Entities.Service(1, DeadPort).Put(),
            Entities.Route(2, 1, "/only").Put(),
            b.FileLog(),
            LogBench.Plugin(91, "file-log", $$"""{"path":"{{b.File}}.route"}""", route: 2),
        ]);
        Assert.StartsWith("HTTP/1.1 404", await bench.Gateway.GetAsync("/none"));
        JsonNode log = await bench.Line();
        Assert.Equal((404, "", "/none"), ((int)log["response"]!["status"]!, (string?)log["upstream_uri"], (string?)log["request"]!["uri"]));
        Assert.Null(log["route"]);
        Assert.Null(log["service"]);
        Assert.Null(log["tries"]);
        Assert.False(File.Exists(bench.File + ".route"));
    }

    [Fact]
    public async Task Requests_that_the_guard_refuses_are_logged()
    {
        await using LogBench bench = await LogBench.Start(b => [b.FileLog()]);
        Assert.StartsWith("HTTP/1.1 400", await bench.Gateway.ExchangeAsync("GeT /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"));
        JsonNode log = await bench.Line();
        Assert.Equal((400, "GeT", "/x"), ((int)log["response"]!["status"]!, (string?)log["request"]!["method"], (string?)log["request"]!["uri"]));
    }

    [Fact]
    public async Task An_upstream_that_cannot_be_reached_is_logged_try_by_try()
    {
        await using LogBench bench = await LogBench.Start(b =>
        [
            (Entities.Service(1, 80, "up.test") with { Retries = 1 }).Put(),
            Entities.Route(2, 1).Put(),
            Entities.Upstream(3, "up.test").Put(),
            Entities.Target(4, 3, $"127.0.0.1:{DeadPort}").Put(),
            Entities.Target(5, 3, $"127.0.0.2:{DeadPort}").Put(),
            b.FileLog(),
        ]);
        Assert.StartsWith("HTTP/1.1 502", await bench.Gateway.GetAsync("/"));
        JsonNode log = await bench.Line();
        Assert.Equal((502, "kong", "502, 502"), ((int)log["response"]!["status"]!, (string?)log["source"], (string?)log["upstream_status"]));
        JsonArray tries = log["tries"]!.AsArray();
        Assert.Equal(["127.0.0.1", "127.0.0.2"], tries.Select(one => (string?)one!["ip"]).Order());
        Assert.All(tries, one => Assert.Equal("failed", (string?)one!["state"]));
    }

    [Fact]
    public async Task A_client_that_goes_away_is_logged()
    {
        var arrived = new TaskCompletionSource();
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(async http =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }));
        await using LogBench bench = await LogBench.Start(b => [Entities.Service(1, upstream.Port).Put(), Entities.Route(2, 1).Put(), b.FileLog()]);
        await using (RawClient client = await bench.Gateway.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(499, (int)(await bench.Line())["response"]!["status"]!);
    }

    [Fact]
    public async Task The_most_specific_instance_logs_and_only_it()
    {
        await using KestrelUpstream upstream = await Upstream();
        await using LogBench bench = await LogBench.Start(b =>
        [
            Entities.Service(1, upstream.Port).Put(),
            Entities.Route(2, 1).Put(),
            Consumer(3, "alice"),
            Key(4, 3, "open"),
            LogBench.Plugin(5, "key-auth", "{}"),
            b.FileLog(),
            LogBench.Plugin(91, "file-log", $$"""{"path":"{{b.File}}.alice"}""", consumer: 3),
        ]);
        await bench.Gateway.GetAsync("/with", "apikey: open\r\n");
        await bench.Gateway.GetAsync("/without");
        Assert.Equal("/with", (string?)Assert.Single(await bench.Lines(1, bench.File + ".alice"))["request"]!["uri"]);
        Assert.Equal("/without", (string?)(await bench.Line())["request"]!["uri"]);
    }

    /// <summary>Over HTTP/2 as well, where the answer's end is a frame of its own.</summary>
    [Fact]
    public async Task Http2_requests_are_logged()
    {
        await using KestrelUpstream upstream = await Upstream();
        await using LogBench bench = await LogBench.Start(b => [Entities.Service(1, upstream.Port).Put(), Entities.Route(2, 1).Put(), b.FileLog()]);
        using HttpClient client = bench.Gateway.Http(HttpVersion.Version20);
        await client.GetStringAsync("/two?q=1");
        JsonNode log = await bench.Line();
        Assert.Equal(("/two?q=1", "GET"), ((string?)log["request"]!["uri"], (string?)log["request"]!["method"]));
        Assert.DoesNotContain(log["request"]!["headers"]!.AsObject(), header => header.Key.StartsWith(':'));
    }

    /// <summary>An audit that fails is not a guard that fails.</summary>
    [Fact]
    public async Task A_log_plugin_that_cannot_be_built_is_reported_and_requests_go_on()
    {
        var bench = new PluginBench();
        bench.Put(PluginBench.Plugin("http-log", """{"http_endpoint":"not a url"}"""));
        Assert.Equal("http_endpoint is not a URL", Assert.Single(bench.Problems).Reason);
        await bench.Send();
        Assert.Single(bench.Forwarded);
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Task<KestrelUpstream> Upstream() => KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(http =>
    {
        http.Response.Headers["X-Upstream"] = "here";
        return http.Response.WriteAsync("there");
    }));

    private static EntityChange Consumer(int number, string username) => new(
        EntityKinds.Consumers, Entities.Id(number), JsonSerializer.SerializeToUtf8Bytes(new Consumer { Id = Entities.Id(number), Username = username }, EntityJson.Default.Consumer));

    private static EntityChange Key(int number, int consumer, string key) => new(
        EntityKinds.KeyAuthCredentials,
        Entities.Id(number),
        JsonSerializer.SerializeToUtf8Bytes(new KeyAuthCredential { Id = Entities.Id(number), Consumer = Entities.Ref(consumer), Key = key }, EntityJson.Default.KeyAuthCredential));
}
