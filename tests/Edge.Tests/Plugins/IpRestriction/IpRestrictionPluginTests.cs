using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Tests.Plugins.IpRestriction;

public sealed class IpRestrictionPluginTests
{
    private readonly PluginBench bench = new();

    [Theory]
    [InlineData("""{"allow":["192.0.2.0/24"]}""", "192.0.2.7", true)]
    [InlineData("""{"allow":["192.0.2.0/24"]}""", "198.51.100.1", false)]
    [InlineData("""{"deny":["192.0.2.0/24"]}""", "192.0.2.7", false)]
    [InlineData("""{"deny":["192.0.2.0/24"]}""", "::ffff:192.0.2.7", false)]
    [InlineData("""{"deny":["192.0.2.0/24"]}""", "198.51.100.1", true)]
    [InlineData("""{"allow":["192.0.2.0/24"],"deny":["192.0.2.7"]}""", "192.0.2.7", false)]
    [InlineData("""{"allow":["192.0.2.0/24"],"deny":["192.0.2.7"]}""", "192.0.2.8", true)]
    [InlineData("""{"allow":["2001:db8::/32"],"deny":null}""", "2001:db8::1", true)]
    public async Task Deny_wins_over_allow(string config, string address, bool passes)
    {
        bench.Put(PluginBench.Plugin("ip-restriction", config));
        Exchange exchange = await bench.Send(address: address);
        Assert.Equal(passes ? 200 : 403, exchange.Http.Response.StatusCode);
        Assert.Equal(passes ? 1 : 0, bench.Forwarded.Count);
    }

    [Fact]
    public async Task Status_and_message_are_as_set()
    {
        bench.Put(PluginBench.Plugin("ip-restriction", """{"deny":["0.0.0.0/0"]}""", Guid.Parse("00000000-0000-0000-0000-0000000000f1")));
        Assert.Equal("IP address not allowed: 192.0.2.1", PluginBench.Message(await bench.Send()));
        bench.Put(PluginBench.Plugin("ip-restriction", """{"deny":["0.0.0.0/0"],"status":418,"message":"go away"}""", Guid.Parse("00000000-0000-0000-0000-0000000000f1")));
        Exchange exchange = await bench.Send();
        Assert.Equal(418, exchange.Http.Response.StatusCode);
        Assert.Equal("go away", PluginBench.Message(exchange));
    }

    [Fact]
    public async Task A_range_that_cannot_be_read_lets_nobody_through()
    {
        bench.Put(PluginBench.Plugin("ip-restriction", """{"deny":["10.0.0.0/99"]}"""));
        Assert.Equal("invalid ip or cidr range: '10.0.0.0/99'", Assert.Single(bench.Problems).Reason);
        Assert.Equal(500, (await bench.Send()).Http.Response.StatusCode);
    }
}
