using CsCheck;
using Mesh.Edge.Listeners;

namespace Mesh.Edge.Tests.Listeners;

public sealed class ListenDirectivesTests
{
    [Fact]
    public void Reads_the_default_proxy_listen()
    {
        ListenDirectivesResult result = ListenDirectives.Parse("0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384");

        Assert.Null(result.Problem);
        Assert.Equal(
            [
                new ListenDirective { Host = "0.0.0.0", Port = 8000, ReusePort = true, Backlog = 16384 },
                new ListenDirective { Host = "0.0.0.0", Port = 8443, Http2 = true, Ssl = true, ReusePort = true, Backlog = 16384 },
            ],
            result.Directives);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("  off , 0.0.0.0:8000")]
    public void Off_first_means_none(string text)
    {
        ListenDirectivesResult result = ListenDirectives.Parse(text);

        Assert.Null(result.Problem);
        Assert.Empty(result.Directives);
    }

    [Theory]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("[0:0:0:0:0:0:0:0]:443 ipv6only=off", "::", 443)]
    [InlineData("localhost:8000", "localhost", 8000)]
    [InlineData("my-host.example:0\tssl", "my-host.example", 0)]
    public void Reads_addresses_of_every_family(string text, string host, int port)
    {
        ListenDirective directive = Assert.Single(ListenDirectives.Parse(text).Directives);

        Assert.Equal((host, port), (directive.Host, directive.Port));
    }

    [Fact]
    public void Reads_a_unix_socket_and_keepalive_units()
    {
        ListenDirective directive = Assert.Single(ListenDirectives.Parse("unix:/run/mesh/proxy.sock so_keepalive=30m::10").Directives);

        Assert.Equal("/run/mesh/proxy.sock", directive.UnixPath);
        Assert.Equal(new KeepAliveProbe(true, 1800, null, 10), directive.KeepAlive);
    }

    [Theory]
    [InlineData("", "an empty entry")]
    [InlineData("0.0.0.0:8000,", "an empty entry")]
    [InlineData("0.0.0.0", "no port given")]
    [InlineData("8000", "no port given")]
    [InlineData("::1:8000", "neither an IPv4")]
    [InlineData("[::1]", "no port given")]
    [InlineData("[1.2.3.4]:80", "neither an IPv4")]
    [InlineData("1.2.3:80", "neither an IPv4")]
    [InlineData("256.0.0.1:80", "neither an IPv4")]
    [InlineData("010.0.0.1:80", "neither an IPv4")]
    [InlineData("-bad:80", "neither an IPv4")]
    [InlineData("a b:80", "no port given")]
    [InlineData("0.0.0.0:65536", "not a port")]
    [InlineData("0.0.0.0:+80", "not a port")]
    [InlineData("0.0.0.0:80 off", "unknown flag 'off'")]
    [InlineData("0.0.0.0:80 SSL", "unknown flag 'SSL'")]
    [InlineData("0.0.0.0:80 ssl=on", "unknown flag 'ssl=on'")]
    [InlineData("0.0.0.0:80 ssl ssl", "given twice")]
    [InlineData("0.0.0.0:80 backlog=1 backlog=2", "given twice")]
    [InlineData("0.0.0.0:80 backlog=0", "backlog needs")]
    [InlineData("0.0.0.0:80 backlog=", "backlog needs")]
    [InlineData("0.0.0.0:80 ipv6only=on", "needs an IPv6 address")]
    [InlineData("[::]:80 ipv6only=yes", "on or off")]
    [InlineData("0.0.0.0:80 so_keepalive=::", "so_keepalive is")]
    [InlineData("0.0.0.0:80 so_keepalive=1:2:999", "so_keepalive is")]
    [InlineData("0.0.0.0:80 udp ssl", "udp does not go")]
    [InlineData("unix:relative", "absolute path")]
    public void Refuses_with_the_usage_and_the_reason(string text, string reason)
    {
        ListenDirectivesResult result = ListenDirectives.Parse(text);

        Assert.Empty(result.Directives);
        Assert.StartsWith(ListenDirectives.Usage, result.Problem, StringComparison.Ordinal);
        Assert.Contains(reason, result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Printing_and_parsing_again_is_the_identity()
    {
        Gen<int?> number = Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 120].Select(n => (int?)n));
        Gen<KeepAliveProbe?> keepAlive = Gen.OneOf(
            Gen.Const((KeepAliveProbe?)null),
            Gen.Const((KeepAliveProbe?)new KeepAliveProbe(false)),
            Gen.Select(number, number, number, (idle, interval, count) => (KeepAliveProbe?)new KeepAliveProbe(true, idle, interval, count)));
        Gen<ListenDirective> address = Gen.OneOf(
            Gen.Select(Gen.Byte.Array[4], Gen.Int[0, 65535], (ip, port) => new ListenDirective { Host = new System.Net.IPAddress(ip).ToString(), Port = port }),
            Gen.Select(Gen.Byte.Array[16], Gen.Int[0, 65535], (ip, port) => new ListenDirective { Host = new System.Net.IPAddress(ip).ToString(), Port = port }),
            Gen.Select(Gen.String["abc09-._"], Gen.Int[0, 65535], (name, port) => new ListenDirective { Host = "h" + name, Port = port }),
            Gen.String["abcXYZ09-._/"].Select(path => new ListenDirective { UnixPath = "/x" + path[..Math.Min(path.Length, 80)] }));
        Gen<ListenDirective> directives = Gen.Select(
            address, Gen.Bool.Array[8], number, Gen.Int[0, 2], keepAlive,
            (at, flags, backlog, only, probe) => at with
            {
                Ssl = flags[0],
                Http2 = flags[1],
                ProxyProtocol = flags[2],
                Transparent = flags[3],
                Deferred = flags[4],
                Bind = flags[5],
                ReusePort = flags[6],
                Udp = flags[7] && !flags[0] && !flags[1] && !flags[4],
                Backlog = backlog,
                Ipv6Only = at.IsIpv6 && only > 0 ? only == 1 : null,
                KeepAlive = probe,
            });

        directives.Array[1, 5].Sample(list =>
        {
            ListenDirectivesResult result = ListenDirectives.Parse(string.Join(", ", (object[])list));
            return result.Problem is null && result.Directives.SequenceEqual(list);
        });
    }

    [Fact]
    public void Garbage_is_refused_or_read_but_never_crashes()
    {
        Gen.String["[]:%.,=  \tab01-/x\0é"].Sample(text =>
        {
            ListenDirectivesResult result = ListenDirectives.Parse(text);
            return result.Problem is not null || result.Directives.All(d => ListenDirectives.Parse(d.ToString()).Directives.Single() == d);
        });
        foreach (string flags in new[] { "ssl", "so_keepalive=1::", "backlog=12" })
        {
            Gen.String.Sample(text => ListenDirectives.Parse($"1.2.3.4:5 {flags}{text}") is not null);
        }
    }
}
