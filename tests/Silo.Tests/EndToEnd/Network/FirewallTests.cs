using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mesh.Silo.Tests.EndToEnd.Network;

/// <summary>
/// The rules that <c>mesh firewall</c> prints, in the kernel of the gateway's host: who may gets through, who may not is dropped by
/// them (the drops are counted by the kernel), and <c>--check</c> sees what somebody changed.
/// </summary>
public sealed class FirewallTests
{
    private const string May = NamespaceNetwork.Client;
    private const string MayNot = NamespaceNetwork.OtherClient;

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task Only_who_is_named_gets_through_and_a_check_tells_what_was_changed(string format)
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var network = new NamespaceNetwork();
        using var web = new NamedServer(network.ServerHost, "web", http: true, NamespaceNetwork.Server);
        await using var gateway = Gateway.On(network.GatewayHost, new()
        {
            ["MESH_PROXY_LISTEN"] = "0.0.0.0:8000, [::]:8000",
            ["MESH_ADMIN_LISTEN"] = $"127.0.0.1:{Gateway.AdminPortPlace}, {NamespaceNetwork.Gateway}:8001, [{NamespaceNetwork.Gateway6}]:8001",
            ["MESH_ADMIN_AUTH"] = "loopback",
            ["MESH_ADMIN_ALLOW"] = $"127.0.0.0/8, {May}, {NamespaceNetwork.Client6}",
        });
        await Start(gateway);
        network.GatewayHost.Run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        string[] allow = [May, NamespaceNetwork.Client6];
        await gateway.Put("/listeners/partners", new { listen = new[] { "0.0.0.0:9000", "[::]:9000" } });
        await gateway.Put("/listeners/clear", new { listen = new[] { "0.0.0.0:8080 transparent", "[::]:8080 transparent" }, allow });
        await gateway.Put("/listeners/datagrams", new { kind = "stream", listen = new[] { $"{NamespaceNetwork.Gateway}:9100 udp" }, allow });
        await gateway.Put("/services/web", new { host = NamespaceNetwork.Server, port = web.Port });
        await gateway.Put("/routes/web", new { paths = new[] { "/" }, service = new { name = "web" } });
        await gateway.Put("/routes/diverted", new { paths = new[] { "/" }, destinations = new object[] { new { ip = "10.99.0.1", port = 80 }, new { ip = "fd00:99::/64" } }, service = new { name = "web" } });
        using Socket before = await network.Connect(NamespaceNetwork.Gateway, 9000, MayNot);
        Assert.Contains("web to", await Ask(before), StringComparison.Ordinal);

        await gateway.Put("/listeners/partners", new { listen = new[] { "0.0.0.0:9000", "[::]:9000" }, allow });
        await Load(network.GatewayHost, format, async script =>
        {
            (int printed, string text) = await gateway.Run("firewall", "--format", script);
            Assert.True(printed == 0, text);
            return text + "\n";
        });
        Func<long> dropped = () => Dropped(network.GatewayHost, format);

        // Named ones get through, over both families; the proxy is there for everybody; who was connected goes on.
        Assert.Contains("web to", await network.Get(NamespaceNetwork.Gateway, 9000, May), StringComparison.Ordinal);
        Assert.Contains("web to", await network.Get(NamespaceNetwork.Gateway6, 9000, NamespaceNetwork.Client6), StringComparison.Ordinal);
        Assert.Contains("web to", await network.Get(NamespaceNetwork.Gateway, 8000, MayNot), StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 401", await network.Get(NamespaceNetwork.Gateway, 8001, May), StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 401", await network.Get(NamespaceNetwork.Gateway6, 8001, NamespaceNetwork.Client6), StringComparison.Ordinal);
        Assert.Contains("web to", await network.Get("10.99.0.1", 80, May), StringComparison.Ordinal);
        Assert.Contains("web to", await network.Get("fd00:99::7", 4711, NamespaceNetwork.Client6), StringComparison.Ordinal);
        Assert.Contains("web to", await Ask(before), StringComparison.Ordinal);
        Assert.Equal(0, dropped());

        // The others do not, wherever they try.
        network.ClientHost.Ip("addr", "add", "fd00:11::3/64", "dev", "wire", "nodad");
        await Refused(network, NamespaceNetwork.Gateway, 9000, MayNot, dropped);
        await Refused(network, NamespaceNetwork.Gateway6, 9000, "fd00:11::3", dropped);
        await Refused(network, NamespaceNetwork.Gateway, 8001, MayNot, dropped);
        await Refused(network, NamespaceNetwork.Gateway6, 8001, "fd00:11::3", dropped);
        await Refused(network, "10.99.0.1", 80, MayNot, dropped);
        await Refused(network, "fd00:99::7", 4711, "fd00:11::3", dropped);
        await Datagrams(gateway, network, dropped);

        (int code, string told) = await gateway.Run("firewall", "--check", "--format", format);
        Assert.True(code == 0, told);

        // A rule is gone, and another lets everybody in.
        if (format == "nftables")
        {
            network.GatewayHost.Run("nft", "delete", "rule", "inet", "mesh", "input", "handle", Handle(network.GatewayHost, "ipv4 tcp dport 9000"));
            network.GatewayHost.Run("nft", "insert", "rule", "inet", "mesh", "input", "tcp", "dport", "8000-8001", "accept");
        }
        else
        {
            network.GatewayHost.Run("iptables", "-D", "MESH-IN", "-p", "tcp", "--dport", "9000", "--syn", "-m", "comment", "--comment", "proxy partners", "-j", "DROP");
            network.GatewayHost.Run("iptables", "-I", "MESH-IN", "-p", "tcp", "--dport", "8000:8001", "-j", "ACCEPT");
            network.GatewayHost.Run("ip6tables", "-I", "MESH-IN", "-p", "tcp", "--dport", "8000:8001", "-j", "ACCEPT");
        }

        (code, told) = await gateway.Run("firewall", "--check", "--format", format);
        Assert.True(code == 2, told);
        string[] lines = told.Split('\n');
        Assert.Equal(
            [$"! open to everybody over IPv4: tcp 9000 (partners), wanted: {May}, {NamespaceNetwork.Client6}", $"! open to everybody over IPv4: tcp 8001 (admin), wanted: {May}, {NamespaceNetwork.Client6}", $"! open to everybody over IPv6: tcp 8001 (admin), wanted: {May}, {NamespaceNetwork.Client6}"],
            lines.Where(line => line.StartsWith('!')));
        Assert.Contains(lines, line => line.StartsWith("- missing: ", StringComparison.Ordinal) && line.Contains("dport 9000", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("+ not wanted: ", StringComparison.Ordinal) && line.Contains("dport 8000", StringComparison.Ordinal));
        long untouched = dropped();
        await Reached(network, NamespaceNetwork.Gateway, 8001, MayNot);
        Assert.Equal(untouched, dropped());

        // Loaded anew only the routes are missing.
        await Load(network.GatewayHost, format, script => gateway.Admin.GetStringAsync($"/firewall?format={script}"));
        network.GatewayHost.Ip("rule", "del", "fwmark", "28005");
        (code, told) = await gateway.Run("firewall", "--check", "--format", format);
        Assert.Equal(2, code);
        Assert.Equal(["- missing: IPv4 routing: from all fwmark 0x6d65 lookup 28005"], told.Split('\n')[..^1]);
    }

    /// <summary>A silo whose cluster ports are on the network: its other edge reaches them, a client does not.</summary>
    [Fact]
    public async Task The_silos_ports_are_for_its_edges_and_what_leaves_goes_where_the_configuration_says()
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var network = new NamespaceNetwork();
        using var web = new NamedServer(network.ServerHost, "web", http: true, NamespaceNetwork.Server);
        await using var gateway = Gateway.On(network.GatewayHost, new()
        {
            ["MESH_PROXY_LISTEN"] = "0.0.0.0:8000",
            ["MESH_ADMIN_LISTEN"] = $"0.0.0.0:{Gateway.AdminPortPlace}",
            ["MESH_ADMIN_AUTH"] = "loopback",
            ["MESH_EDGE_TOKEN"] = "edge-secret",
            ["MESH_SILO_LISTEN_ADDRESS"] = NamespaceNetwork.GatewayToServer,
            ["MESH_CLUSTER_PLAINTEXT"] = "on",
        });
        await Start(gateway);
        await gateway.Put("/services/web", new { host = NamespaceNetwork.Server, port = web.Port });
        await gateway.Put("/routes/web", new { paths = new[] { "/" }, service = new { name = "web" } });
        await using (EdgeProcess first = await Edge(gateway, network))
        {
            await Load(network.GatewayHost, "nftables", script => gateway.Admin.GetStringAsync($"/firewall?format={script}&egress=0"));
        }

        // It comes back, through the rules.
        await using EdgeProcess again = await Edge(gateway, network);
        Func<long> dropped = () => Dropped(network.GatewayHost, "nftables");
        await Refused(network, NamespaceNetwork.GatewayToServer, gateway.GatewayPort, May, dropped);
        await Refused(network, NamespaceNetwork.GatewayToServer, gateway.SiloPort, May, dropped);
        await Refused(network, NamespaceNetwork.Gateway, gateway.AdminPort, May, dropped);

        // Served all the same; what is not configured cannot be reached.
        Assert.Contains("web to", await network.Get(NamespaceNetwork.Gateway, 8000), StringComparison.Ordinal);
        using var other = new NamedServer(network.ServerHost, "other", http: true, NamespaceNetwork.Server);
        long before = dropped();
        await gateway.Put("/services/web", new { host = NamespaceNetwork.Server, port = other.Port, connect_timeout = 500, retries = 0 });
        Assert.Contains("HTTP/1.1 50", await network.Get(NamespaceNetwork.Gateway, 8000), StringComparison.Ordinal);
        Assert.True(dropped() > before);
        Assert.Empty(other.Peers);
        await Load(network.GatewayHost, "nftables", script => gateway.Admin.GetStringAsync($"/firewall?format={script}&egress=0"));
        Assert.Contains("other to", await network.Get(NamespaceNetwork.Gateway, 8000), StringComparison.Ordinal);

        // Nothing is transparent here, so there are no routes to compare.
        (int code, string told) = await gateway.Run("firewall", "--check", "--egress", "0");
        Assert.True(code == 0, told);
    }

    private static async Task Start(Gateway gateway)
    {
        gateway.Process.Start();
        await gateway.Process.Until(async () => (await gateway.Get("/edges")).GetProperty("data").EnumerateArray().Any(edge => edge.GetProperty("live").GetBoolean()), "the edge reports");
    }

    private static async Task<EdgeProcess> Edge(Gateway gateway, NamespaceNetwork network)
    {
        int known = Sessions(await gateway.Get("/edges"));
        var edge = new EdgeProcess(gateway, "edge-secret", new() { ["MESH_CONTROL_PLANE"] = $"http://{NamespaceNetwork.GatewayToServer}:{gateway.AdminPort}" }, network.ServerHost.Launcher);
        edge.Process.Start();
        await edge.Process.Until(async () => Sessions(await gateway.Get("/edges")) > known, "the other edge reports");
        return edge;

        static int Sessions(JsonElement edges) => edges.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("session").GetString()).Distinct().Count();
    }

    /// <summary>What is printed, loaded by the tools that it is for.</summary>
    internal static async Task Load(HostNamespace host, string format, Func<string, Task<string>> print)
    {
        foreach (string script in format == "nftables" ? new[] { "nftables", "routes" } : ["iptables"])
        {
            string file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, await print(script));
            host.Run(script == "nftables" ? ["nft", "-f", file] : ["sh", file]);
            File.Delete(file);
        }
    }

    /// <summary>A second request on a connection that stays.</summary>
    private static async Task<string> Ask(Socket socket)
    {
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: any.test\r\n\r\n"u8.ToArray(), patience.Token);
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        while (!Regex.IsMatch(answer.ToString(), @"\r\n\r\n.*web to "))
        {
            int count = await socket.ReceiveAsync(buffer, patience.Token);
            Assert.True(count > 0, answer.ToString());
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }

    /// <summary>The first packet is dropped, and the connection is not there.</summary>
    private static async Task Refused(NamespaceNetwork network, string to, int port, string from, Func<long> dropped)
    {
        long before = dropped();
        IPAddress address = IPAddress.Parse(to);
        using Socket socket = network.ClientHost.Within(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        using var given = new CancellationTokenSource();
        Task connecting = socket.ConnectAsync(new IPEndPoint(address, port), given.Token).AsTask();
        await network.Until(() => connecting.IsCompleted || dropped() > before);
        Assert.False(connecting.IsCompleted, $"{from} connects to {to}:{port}, or is told something");
        await given.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
    }

    /// <summary>The process answers, if only by closing the connection.</summary>
    private static async Task Reached(NamespaceNetwork network, string to, int port, string from)
    {
        try
        {
            using Socket through = await network.Connect(to, port, from);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Accepted and closed before the call came back.
        }
    }

    private static async Task Datagrams(Gateway gateway, NamespaceNetwork network, Func<long> dropped)
    {
        using Socket server = network.ServerHost.Within(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        server.Bind(new IPEndPoint(IPAddress.Parse(NamespaceNetwork.Server), 0));
        await gateway.Put("/services/names", new { protocol = "udp", host = NamespaceNetwork.Server, port = ((IPEndPoint)server.LocalEndPoint!).Port });
        await gateway.Put("/routes/names", new { protocols = new[] { "udp" }, destinations = new[] { new { port = 9100 } }, service = new { name = "names" } });
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        long before = dropped();
        foreach (string from in new[] { MayNot, May })
        {
            using Socket client = network.ClientHost.Within(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await client.SendToAsync(Encoding.ASCII.GetBytes(from), SocketFlags.None, new IPEndPoint(IPAddress.Parse(NamespaceNetwork.Gateway), 9100), patience.Token);
        }

        byte[] buffer = new byte[32];
        SocketReceiveFromResult first = await server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), patience.Token);
        Assert.Equal(May, Encoding.ASCII.GetString(buffer, 0, first.ReceivedBytes));
        Assert.Equal(before + 1, dropped());
    }

    /// <summary>Packets that Mesh's rules dropped, by the kernel's own count.</summary>
    private static long Dropped(HostNamespace host, string format) => format == "nftables"
        ? Regex.Matches(host.Run("nft", "list", "table", "inet", "mesh"), @"counter packets (\d+)").Sum(match => long.Parse(match.Groups[1].Value))
        : new[] { "iptables", "ip6tables" }.SelectMany(program => new[] { ("filter", "MESH-IN"), ("mangle", "MESH-DIVERT") }.Select(place => host.Run(program, "-w", "-t", place.Item1, "-L", place.Item2, "-v", "-x", "-n")))
            .Sum(listing => Regex.Matches(listing, @"^ *(\d+) +\d+ +DROP ", RegexOptions.Multiline).Sum(match => long.Parse(match.Groups[1].Value)));

    private static string Handle(HostNamespace host, string rule) =>
        Regex.Match(host.Run("nft", "-a", "list", "table", "inet", "mesh"), $@"{rule} .*drop.* # handle (\d+)").Groups[1].Value;
}
