using Mesh.Silo.Cli.Firewall;

namespace Mesh.Silo.Tests.Cli.Firewall;

public class StrangerWalkTests
{
    private const string Head = "chain input {\ntype filter hook input priority filter; policy accept;\niifname \"lo\" accept\n";

    [Theory]
    [InlineData("ip saddr 10.0.0.1 tcp dport 8001 accept\nmeta nfproto ipv4 tcp dport 8001 tcp flags syn / fin,syn,rst,ack counter drop comment \"admin\"", false)]
    [InlineData("ip saddr 10.0.0.1 tcp dport 8001 accept", true)]
    [InlineData("meta nfproto ipv6 tcp dport 8001 drop", true)]
    [InlineData("udp dport 8001 drop", true)]
    [InlineData("tcp dport { 8000, 8001 } drop", false)]
    [InlineData("tcp dport { 8000-8010, 9000 } accept\ntcp dport 8001 drop", true)]
    [InlineData("tcp dport 8002-8010 accept\ntcp dport 8001 reject", false)]
    [InlineData("accept comment \"all\"\ntcp dport 8001 drop", true)]
    [InlineData("ip daddr 10.0.0.1 tcp dport 8001 drop", true)]
    [InlineData("ct state new limit rate 1/second tcp dport 8001 drop", true)]
    [InlineData("ct state established accept\ntcp dport 8001 drop", false)]
    public void A_stranger_gets_in_where_nothing_keeps_them_out(string rules, bool getsIn) =>
        Assert.Equal(getsIn, new StrangerWalk("IPv4", null, "tcp", 8001).GetsIn([.. ListedRule.OfNftables($"table inet mesh {{\n{Head}{rules}\n}}\n}}")]));

    [Fact]
    public void A_chain_that_nobody_asks_keeps_nobody_out()
    {
        const string chain = "*filter\n-A MESH-IN -p tcp -m tcp --dport 8001 --tcp-flags FIN,SYN,RST,ACK SYN -m comment --comment \"admin\" -j DROP\n";
        Assert.True(Walk(chain));
        Assert.False(Walk("-A INPUT -j MESH-IN\n" + chain));
        Assert.True(Walk("-A INPUT -j MESH-IN\n-A MESH-IN -p tcp -m tcp --dport 8000:8001 -j ACCEPT\n" + chain));
        Assert.False(Walk("-A INPUT -j MESH-IN\n-A MESH-IN -s 10.0.0.0/8 -p tcp -m tcp --dport 8001 -j ACCEPT\n" + chain));

        static bool Walk(string saved) => new StrangerWalk("IPv4", null, "tcp", 8001).GetsIn([.. ListedRule.OfIptables("IPv4", saved)]);
    }

    [Fact]
    public void Nothing_at_all_is_open() => Assert.True(new StrangerWalk("IPv6", null, "tcp", 1).GetsIn([]));
}
