using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>What the README promises a new user, on the real executable.</summary>
public class FirstMinutesTests
{
    [Fact]
    public async Task A_route_made_through_the_Admin_API_is_served_and_its_traffic_is_read_from_the_grains()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var gateway = new Gateway();
        await gateway.Start();

        using HttpResponseMessage none = await gateway.Proxy.GetAsync("/orders/7");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Contains("no Route matched with those values", await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await gateway.RouteTo("orders", upstream.Address);
        foreach (HttpClient client in new[] { gateway.Proxy, gateway.ProxyTls })
        {
            foreach (Version version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7?a=b") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                using HttpResponseMessage answer = await client.SendAsync(request);
                Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
                Assert.Equal("/7?a=b", await answer.Content.ReadAsStringAsync());
            }
        }

        string id = (await gateway.Get("/routes/orders")).GetProperty("id").GetString()!;
        await gateway.Process.Until(
            async () => (await gateway.Get($"/routes/{id}/traffic")).GetProperty("minute").GetProperty("requests").GetInt64() == 4,
            "the route's traffic reaches its grain");
        JsonElement edges = (await gateway.Get("/edges")).GetProperty("data");
        Assert.Equal(1, edges.GetArrayLength());
    }

    [Fact]
    public async Task A_dead_target_costs_no_request_and_its_failures_are_read_from_its_upstream()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var gateway = new Gateway();
        await gateway.Start();
        string dead = $"127.0.0.1:{MeshProcess.FreePorts(1)[0]}";
        await gateway.Put("/upstreams/orders", new { });
        foreach (string target in new[] { upstream.Address.Authority, dead })
        {
            using HttpResponseMessage added = await gateway.Admin.PostAsJsonAsync("/upstreams/orders/targets", new { target });
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        }

        await gateway.Put("/services/orders", new { host = "orders" });
        await gateway.Put("/routes/orders", new { paths = new[] { "/orders" }, service = new { name = "orders" } });
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("/7", await gateway.Proxy.GetStringAsync("/orders/7"));
        }

        await gateway.Process.Until(
            async () => (await Targets()).GetValueOrDefault(dead) == (2, 2) && (await Targets()).GetValueOrDefault(upstream.Address.Authority) == (4, 0),
            "both targets' traffic reaches the grains");

        async Task<Dictionary<string, (long Requests, long Failures)>> Targets() => (await gateway.Get("/upstreams/orders/traffic"))
            .GetProperty("targets").EnumerateArray()
            .ToDictionary(
                target => target.GetProperty("target").GetString()!,
                target => (target.GetProperty("minute").GetProperty("requests").GetInt64(), target.GetProperty("minute").GetProperty("failures").GetInt64()));
    }

    [Fact]
    public async Task Configuration_outlives_a_restart()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);
        gateway.Process.Signal("TERM");
        Assert.Equal(0, await gateway.Process.Exit());

        await gateway.Start();
        await gateway.Process.Until(async () => (await gateway.Proxy.GetStringAsync("/orders/7")) == "/7", "the route is served again");
    }

    [Theory]
    [InlineData("MESH_PROXY_LISTEN", "127.0.0.1:notaport", "MESH_PROXY_LISTEN")]
    [InlineData("MESH_PROXY_LISTEN", "127.0.0.1:8000 sparkling", "sparkling")]
    [InlineData("MESH_GATEWAY_PORT", "99999", "MESH_GATEWAY_PORT")]
    [InlineData("MESH_TRUSTED_IPS", "10.0.0.0/64", "MESH_TRUSTED_IPS")]
    [InlineData("MESH_ADMIN_LISTEN", "0.0.0.0:8001", "MESH_ADMIN_TOKEN")]
    public async Task A_bad_setting_stops_the_start_with_one_line_that_names_it(string name, string value, string expected)
    {
        await using var gateway = new Gateway(new Dictionary<string, string> { [name] = value });
        gateway.Process.Start();
        Assert.NotEqual(0, await gateway.Process.Exit());
        Assert.Contains(expected, Assert.Single(gateway.Process.Output.Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" reuseport")]
    public async Task A_port_in_use_stops_the_start_with_one_line_that_names_it(string flags)
    {
        await using var first = new Gateway();
        await first.Start();
        await using var second = new Gateway(new Dictionary<string, string> { ["MESH_PROXY_LISTEN"] = $"127.0.0.1:{first.ProxyPort}{flags}" });
        second.Process.Start();
        Assert.NotEqual(0, await second.Process.Exit());
        Assert.Contains(second.Process.Output.Split('\n'), line =>
            line.Contains($"{first.ProxyPort}", StringComparison.Ordinal) && line.Contains("MESH_PROXY_LISTEN", StringComparison.Ordinal) && line.Contains("in use", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", second.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_switched_off_listens_nowhere()
    {
        await using var gateway = new Gateway(new Dictionary<string, string> { ["MESH_ADMIN_LISTEN"] = "off", ["MESH_STATUS_LISTEN"] = "off" });
        gateway.Process.Start();
        await gateway.Process.Until(async () => (await gateway.Proxy.GetAsync("/")).Headers.Contains("X-Kong-Request-Id"), "the proxy answers");
        HashSet<int> expected = [gateway.ProxyPort, gateway.ProxyTlsPort, gateway.SiloPort, gateway.GatewayPort];
        int[] listening = gateway.Process.ListeningPorts();
        Assert.Superset(expected, listening.ToHashSet());

        // The embedded store has one more, on loopback and behind a password.
        Assert.Equal(expected.Count + 1, listening.Length);
    }

    [Fact]
    public async Task A_port_in_use_by_another_program_is_named()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var gateway = new Gateway(new Dictionary<string, string> { ["MESH_PROXY_LISTEN"] = $"127.0.0.1:{port}" });
        gateway.Process.Start();
        Assert.NotEqual(0, await gateway.Process.Exit());
        Assert.Contains(gateway.Process.Output.Split('\n'), line =>
            line.Contains($"{port}", StringComparison.Ordinal) && line.Contains("MESH_PROXY_LISTEN", StringComparison.Ordinal) && line.Contains("in use", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", gateway.Process.Output, StringComparison.Ordinal);
    }
}
