using System.Net;
using System.Text.RegularExpressions;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Plugins.CorrelationId;

public sealed class CorrelationIdPluginTests
{
    private const string Uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    private readonly PluginBench bench = new();

    [Fact]
    public async Task By_default_ids_are_one_of_the_process_and_a_number_and_the_client_is_not_told()
    {
        Configure("{}");
        Exchange first = await bench.Send();
        Exchange second = await bench.Send();
        Match one = Regex.Match(Sent(first), $"^({Uuid})#([0-9]+)$");
        Match two = Regex.Match(Sent(second), $"^({Uuid})#([0-9]+)$");
        Assert.True(one.Success && two.Success, $"{Sent(first)} {Sent(second)}");
        Assert.Equal(one.Groups[1].Value, two.Groups[1].Value);
        Assert.Equal(long.Parse(one.Groups[2].Value) + 1, long.Parse(two.Groups[2].Value));
        Assert.False(first.Http.Response.Headers.ContainsKey("Kong-Request-ID"));
    }

    [Fact]
    public async Task The_number_counts_over_all_instances()
    {
        bench.Put(PluginBench.Plugin("correlation-id", """{"header_name":"A"}"""), PluginBench.Plugin("correlation-id", """{"header_name":"B"}""") with { Route = new(PluginBench.Route.Id) });
        string onRoute = Sent(await bench.Send(), "B");
        string elsewhere = Sent(await bench.Send(route: PluginBench.Route with { Id = Guid.NewGuid() }), "A");
        Assert.Equal(onRoute.Split('#')[0], elsewhere.Split('#')[0]);
        Assert.NotEqual(onRoute, elsewhere);
    }

    [Fact]
    public async Task A_uuid_is_new_each_time()
    {
        Configure("""{"generator":"uuid","header_name":"X-Id"}""");
        string first = Sent(await bench.Send(), "X-Id");
        Assert.Matches($"^{Uuid}$", first);
        Assert.NotEqual(first, Sent(await bench.Send(), "X-Id"));
    }

    [Fact]
    public async Task A_tracker_names_address_port_process_connection_request_and_time()
    {
        Configure("""{"generator":"tracker"}""");
        var connection = new ConnectionFacts { Listener = "test", RemoteEndPoint = null, LocalEndPoint = new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.7"), 8000) };
        string first = await Track(connection);
        string second = await Track(connection);
        string other = await Track(new ConnectionFacts { Listener = "test", RemoteEndPoint = null, LocalEndPoint = null });

        string seconds = (bench.Time.GetUtcNow().ToUnixTimeSeconds() + ".000").ToString();
        Match match = Regex.Match(first, $"^192\\.0\\.2\\.7-8000-{Environment.ProcessId}-([0-9]+)-1-{Regex.Escape(seconds)}$");
        Assert.True(match.Success, first);
        Assert.Equal($"192.0.2.7-8000-{Environment.ProcessId}-{match.Groups[1].Value}-2-{seconds}", second);
        Assert.StartsWith($"0.0.0.0-0-{Environment.ProcessId}-", other, StringComparison.Ordinal);
        Assert.NotEqual(match.Groups[1].Value, other.Split('-')[3]);
    }

    [Fact]
    public async Task A_clients_id_is_kept_and_an_empty_one_is_none()
    {
        Configure("""{"echo_downstream":true}""");
        Exchange exchange = await bench.Send(request => request.Headers["kong-request-id"] = "mine");
        Assert.Equal("mine", Sent(exchange));
        Assert.Equal("mine", exchange.Http.Response.Headers["Kong-Request-ID"]);

        exchange = await bench.Send(request => request.Headers["Kong-Request-ID"] = "");
        Assert.Matches($"^{Uuid}#", Sent(exchange));
        Assert.Equal(Sent(exchange), exchange.Http.Response.Headers["Kong-Request-ID"]);
    }

    [Fact]
    public async Task Refusals_of_other_plugins_carry_the_id_too()
    {
        bench.Put(PluginBench.Plugin("correlation-id", """{"echo_downstream":true}"""), PluginBench.Plugin("key-auth", "{}"));
        Exchange exchange = await bench.Send();
        Assert.Equal(401, exchange.Http.Response.StatusCode);
        Assert.Matches($"^{Uuid}#", exchange.Http.Response.Headers["Kong-Request-ID"].ToString());
    }

    [Fact]
    public async Task Upstream_and_client_are_told_the_same_over_the_wire()
    {
        await using RawUpstream upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Id: the upstream's\r\n\r\n");
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, ("correlation-id", """{"header_name":"X-Id","generator":"tracker","echo_downstream":true}"""));
        await using RawClient client = await gateway.ConnectAsync();
        List<string> ids = [];
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            string answer = await client.ReadUntilAsync("\r\n\r\n");
            ids.Add(RawHead.Value(answer, "X-Id")!);
        }

        Assert.Equal(ids, upstream.Heads.Select(head => RawHead.Value(head, "X-Id")!));
        Assert.Equal(["1", "2"], ids.Select(id => id.Split('-')[4]));
        Assert.All(ids, id => Assert.StartsWith($"127.0.0.1-{gateway.Port}-{Environment.ProcessId}-", id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("X-Id", null)]
    [InlineData("X Id", "'X Id' is not a valid header")]
    [InlineData("content-length", "'content-length' is not a valid header")]
    [InlineData("Host", "'Host' is not a valid header")]
    public void Names_are_checked_when_they_are_committed(string name, string? problem) =>
        Assert.Equal(problem, PluginCatalog.Default.Find("correlation-id")!.Config.Single(field => field.Name == "header_name").Check!(name));

    [Theory]
    [InlineData("""{"header_name":"Host"}""")]
    [InlineData("""{"generator":"snowflake"}""")]
    public async Task What_an_edge_cannot_serve_is_refused(string config)
    {
        Configure(config);
        Assert.Single(bench.Problems);
        Assert.Equal(500, (await bench.Send()).Http.Response.StatusCode);
    }

    private static string Sent(Exchange exchange, string header = "Kong-Request-ID") => exchange.Http.Request.Headers[header].ToString();

    private async Task<string> Track(ConnectionFacts connection)
    {
        Exchange exchange = bench.Exchange();
        exchange.Connection = connection;
        await PluginBench.Run(exchange);
        return Sent(exchange);
    }

    private void Configure(string config) => bench.Put(PluginBench.Plugin("correlation-id", config, Guid.Parse("00000000-0000-0000-0000-0000000000f5")));
}
