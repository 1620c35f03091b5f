using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Tests.Listeners;

public sealed class BindTests
{
    [Fact]
    public async Task A_port_in_use_is_a_value_and_stays_in_the_reports()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        ListenerReport report = await edge.BindAsync($"127.0.0.1:{port} reuseport");

        Assert.Equal((ListenerState.Failed, $"127.0.0.1:{port}: address already in use"), (report.State, report.Reason));
        Assert.Contains(report, edge.Server.Reports());

        other.Dispose();
        Assert.Equal(ListenerState.Bound, (await edge.BindAsync($"127.0.0.1:{port} reuseport")).State);
        Assert.DoesNotContain(edge.Server.Reports(), listener => listener.State == ListenerState.Failed);
    }

    [Theory]
    [InlineData("203.0.113.1:0", "no such address")]
    [InlineData("no-such-host.invalid:0", "does not resolve")]
    [InlineData("unix:/no/such/directory/mesh.sock", "/no/such/directory/mesh.sock: ")]
    [InlineData("unix:/tmp/mesh-transparent.sock transparent", "transparent is for IP addresses")]
    [InlineData("127.0.0.1:0 proxy_protocol", "proxy_protocol needs addresses")]
    [InlineData("127.0.0.1:0 udp", "udp is for stream listeners")]
    [InlineData("unix:/tmp/mesh-test.sock reuseport", "not for unix sockets")]
    public async Task What_cannot_be_bound_says_why(string directive, string reason)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        ListenerReport report = await edge.BindAsync(directive);

        Assert.Equal(ListenerState.Failed, report.State);
        Assert.Contains(reason, report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_server_does_not_bind_an_address_twice_even_with_reuseport()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 reuseport");

        ListenerReport report = await edge.BindAsync($"127.0.0.1:{edge.Port} reuseport", "second");

        Assert.Equal($"127.0.0.1:{edge.Port}: address already in use by listener 'test'", report.Reason);
    }

    [Fact]
    public async Task Binding_again_what_is_bound_changes_nothing()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        ListenerReport again = await edge.BindAsync("127.0.0.1:0");

        Assert.Equal(edge.Port, TestEdge.PortOf(again));
        Assert.Single(edge.Server.Reports());
    }

    [Fact]
    public async Task All_socket_flags_of_tcp_are_set()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 deferred bind reuseport backlog=77 so_keepalive=120:30:4");
        await using RawClient client = await edge.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Contains("path=/", await client.ReadUntilAsync("secure=False"), StringComparison.Ordinal);
        string sockets = await File.ReadAllTextAsync("/proc/net/tcp");

        // The keep-alive timer (02) of the accepted connection runs.
        int clientPort = ((IPEndPoint)client.Socket.LocalEndPoint!).Port;
        Assert.Matches($@"0100007F:{edge.Port:X4} 0100007F:{clientPort:X4} 01 \S+ 02:", sockets);
    }

    [Fact]
    public async Task Ipv6_only_by_default_and_both_families_when_told()
    {
        await using TestEdge edge = await TestEdge.StartAsync("[::1]:0");
        await using RawClient six = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, edge.Port));
        await six.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await six.ReadToEndAsync(), StringComparison.Ordinal);

        int both = TestEdge.PortOf(await edge.BindAsync("[::]:0 ipv6only=off", "both"));
        await using RawClient four = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, both));
        await four.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await four.ReadToEndAsync(), StringComparison.Ordinal);

        int only = TestEdge.PortOf(await edge.BindAsync("[::]:0", "only"));
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, only)));
    }

    [Fact]
    public async Task A_unix_socket_is_served_replaces_a_stale_file_and_is_removed()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mesh").FullName, "proxy.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Bound under another name: .NET removes the name it knows, a killed process leaves its file.
            dead.Bind(new UnixDomainSocketEndPoint(path + ".dead"));
            File.Move(path + ".dead", path);
        }

        Assert.True(File.Exists(path));

        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");
        ListenerReport report = await edge.BindAsync($"unix:{path} http2", "unix");
        Assert.Null(report.Reason);
        await using RawClient client = await RawClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Contains("host=a port=0", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal($"unix:{path}: address already in use", (await edge.BindAsync($"unix:{path}", "other")).Reason?.Replace(" by listener 'unix'", "", StringComparison.Ordinal));
        await edge.Server.UnbindAsync(Guid.Empty, "unix", TestEdge.Directive(report.Directive), TimeSpan.FromSeconds(5));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_plain_file_in_the_way_of_a_unix_socket_is_not_deleted()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mesh").FullName, "notes.txt");
        await File.WriteAllTextAsync(path, "keep me");
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        ListenerReport report = await edge.BindAsync($"unix:{path}");

        Assert.Equal($"unix:{path}: address already in use", report.Reason);
        Assert.Equal("keep me", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Reports_count_connections()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");
        Assert.Equal((0, 0), Counts());

        RawClient first = await edge.ConnectAsync();
        await using RawClient second = await edge.ConnectAsync();
        await TestEdge.UntilAsync(() => Counts() == (2, 2));
        await first.DisposeAsync();
        await TestEdge.UntilAsync(() => Counts() == (1, 2));
        Assert.Equal(1, edge.Server.OpenConnections);

        (long, long) Counts()
        {
            ListenerReport report = Assert.Single(edge.Server.Reports());
            return (report.Connections, report.Accepted);
        }
    }
}
