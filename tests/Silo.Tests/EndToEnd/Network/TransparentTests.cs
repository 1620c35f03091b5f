using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Mesh.Silo.Tests.EndToEnd.Network;

/// <summary>Connections that the kernel turns to the gateway, between hosts made of network namespaces.</summary>
public sealed class TransparentTests
{
    /// <summary>What the firewall turns to the gateway's ports, and the routes that keep the kernel from sending it on.</summary>
    private const string Divert = """
        table inet divert {
          chain prerouting {
            type filter hook prerouting priority mangle
            meta l4proto { tcp, udp } socket transparent 1 meta mark set 1 accept
            iifname "clients" tcp dport 80 tproxy to :8080 meta mark set 1 accept
            iifname "clients" tcp dport 5432 tproxy to :8032 meta mark set 1 accept
          }
          chain turn {
            type nat hook prerouting priority dstnat
            iifname "clients" tcp dport 81 redirect to :8081
            iifname "clients" tcp dport 5433 redirect to :8033
          }
        }
        """;

    [Fact]
    public async Task Connections_to_addresses_that_are_nobodys_are_routed_by_their_original_destination()
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var network = new NamespaceNetwork();
        TurnConnections(network.GatewayHost);
        using var one = new NamedServer(network.ServerHost, "one", http: true, NamespaceNetwork.Server);
        using var two = new NamedServer(network.ServerHost, "two", http: true, NamespaceNetwork.Server);
        using var three = new NamedServer(network.ServerHost, "three", http: false, NamespaceNetwork.Server);
        using var four = new NamedServer(network.ServerHost, "four", http: false, NamespaceNetwork.Server);
        await using var gateway = Gateway.On(network.GatewayHost);
        await gateway.Start();
        await Listen(gateway, "http", "http", "0.0.0.0:8080 transparent", "[::]:8080 transparent", "[::]:8081 ipv6only=off transparent");
        await Listen(gateway, "stream", "stream", "[::]:8032 ipv6only=off transparent", "0.0.0.0:8033 transparent", "[::]:8033 transparent");
        await Route(gateway, "one", "http", one.Port, "10.99.0.1", "fd00:99::1");
        await Route(gateway, "two", "http", two.Port, "10.99.0.0/24", "fd00:99::/64");
        await Route(gateway, "three", "tcp", three.Port, "10.99.0.1", "fd00:99::1");
        await Route(gateway, "four", "tcp", four.Port, "10.99.0.0/24", "fd00:99::/64");

        // Ports 80 and 5432 are diverted by TPROXY, 81 and 5433 redirected.
        foreach (int port in new[] { 80, 81 })
        {
            Assert.EndsWith($"\r\n\r\none to {NamespaceNetwork.GatewayToServer}", await network.Get("10.99.0.1", port), StringComparison.Ordinal);
            Assert.EndsWith($"\r\n\r\ntwo to {NamespaceNetwork.GatewayToServer}", await network.Get("10.99.0.2", port), StringComparison.Ordinal);
            Assert.EndsWith($"\r\n\r\none to {NamespaceNetwork.GatewayToServer}", await network.Get("fd00:99::1", port), StringComparison.Ordinal);
            Assert.EndsWith($"\r\n\r\ntwo to {NamespaceNetwork.GatewayToServer}", await network.Get("fd00:99::2", port), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 404 ", await network.Get("10.98.0.1", port), StringComparison.Ordinal);
        }

        foreach (int port in new[] { 5432, 5433 })
        {
            Assert.Equal($"three to {NamespaceNetwork.GatewayToServer}", await network.Exchange("10.99.0.1", port, "x"));
            Assert.Equal($"four to {NamespaceNetwork.GatewayToServer}", await network.Exchange("10.99.0.2", port, "x"));
            Assert.Equal($"three to {NamespaceNetwork.GatewayToServer}", await network.Exchange("fd00:99::1", port, "x"));
            Assert.Equal($"four to {NamespaceNetwork.GatewayToServer}", await network.Exchange("fd00:99::2", port, "x"));
        }
    }

    /// <summary>The server's answers go to the client's address, and its router is the gateway: the rules above take them back.</summary>
    [Fact]
    public async Task A_target_sees_the_clients_own_address()
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var network = new NamespaceNetwork();
        TurnConnections(network.GatewayHost);
        using var web = new NamedServer(network.ServerHost, "web", http: true, NamespaceNetwork.Server, NamespaceNetwork.Server6);
        using var data = new NamedServer(network.ServerHost, "data", http: false, NamespaceNetwork.Server, NamespaceNetwork.Server6);
        await using var gateway = Gateway.On(network.GatewayHost);
        await gateway.Start();
        await Listen(gateway, "http", "http", "[::]:8000 ipv6only=off");
        await Listen(gateway, "stream", "stream", "[::]:9000 ipv6only=off");
        await PreserveSource(gateway, "web", "http", web.Port);
        await PreserveSource(gateway, "data", "tcp", data.Port);

        string[] clients = [NamespaceNetwork.Client, NamespaceNetwork.OtherClient, NamespaceNetwork.Client6];
        await Task.WhenAll(clients.SelectMany(client => Enumerable.Repeat(client, 10)).Select(async client =>
        {
            string to = client.Contains(':', StringComparison.Ordinal) ? NamespaceNetwork.Gateway6 : NamespaceNetwork.Gateway;
            Assert.EndsWith($"\r\n\r\nweb to {client}", await network.Get(to, 8000, client), StringComparison.Ordinal);
            Assert.Equal($"data to {client}", await network.Exchange(to, 9000, "x", client));
        }));
        Assert.Equal(30, web.Peers.Count);

        // Datagrams too, and the answers find back.
        using Socket server = network.ServerHost.Within(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        using Socket client = network.ClientHost.Within(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        server.Bind(new IPEndPoint(IPAddress.Parse(NamespaceNetwork.Server), 0));
        client.Bind(new IPEndPoint(IPAddress.Parse(NamespaceNetwork.OtherClient), 0));
        await Listen(gateway, "datagrams", "stream", $"{NamespaceNetwork.Gateway}:9100 udp");
        await gateway.Put("/services/names", new { protocol = "udp", host = NamespaceNetwork.Server, port = ((IPEndPoint)server.LocalEndPoint!).Port, preserve_source = true });
        await gateway.Put("/routes/names", new { protocols = new[] { "udp" }, destinations = new[] { new { port = 9100 } }, service = new { name = "names" } });
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        byte[] buffer = new byte[16];
        await client.SendToAsync("who"u8.ToArray(), SocketFlags.None, new IPEndPoint(IPAddress.Parse(NamespaceNetwork.Gateway), 9100), patience.Token);
        SocketReceiveFromResult asked = await server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), patience.Token);
        Assert.Equal(NamespaceNetwork.OtherClient, ((IPEndPoint)asked.RemoteEndPoint).Address.ToString());
        await server.SendToAsync("you"u8.ToArray(), SocketFlags.None, asked.RemoteEndPoint, patience.Token);
        SocketReceiveFromResult told = await client.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), patience.Token);
        Assert.Equal($"{NamespaceNetwork.Gateway}:9100", told.RemoteEndPoint.ToString());
        Assert.Equal("you", Encoding.ASCII.GetString(buffer, 0, told.ReceivedBytes));

        // A target of the other family cannot be reached from the client's address.
        await gateway.Put("/services/web", new { host = NamespaceNetwork.Server6, port = web.Port, preserve_source = true });
        Assert.StartsWith("HTTP/1.1 502 ", await network.Get(NamespaceNetwork.Gateway, 8000), StringComparison.Ordinal);
        Assert.Equal(30, web.Peers.Count);
    }

    [Fact]
    public async Task Without_the_capability_a_service_that_needs_it_is_not_served_and_the_reason_names_it()
    {
        Assert.SkipWhen(Environment.UserName != "root", "only root can drop a capability that it has");
        await using var gateway = new Gateway { Launcher = WithoutCapability };
        await gateway.Start();
        await gateway.Put("/services/web", new { host = "127.0.0.1", preserve_source = true });
        await gateway.Put("/routes/web", new { paths = new[] { "/web" }, service = new { name = "web" } });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Proxy.GetAsync("/web")).StatusCode);

        JsonElement edge = (await gateway.Get("/edges")).GetProperty("data")[0];
        JsonElement problem = Assert.Single((await gateway.Get($"/edges/{edge.GetProperty("id").GetString()}")).GetProperty("problems").EnumerateArray());
        Assert.Contains("preserve_source needs the capability CAP_NET_ADMIN", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_capability_a_transparent_listener_fails_and_the_reason_names_it()
    {
        Assert.SkipWhen(Environment.UserName != "root", "only root can drop a capability that it has");
        await using var gateway = new Gateway { Launcher = WithoutCapability };
        await gateway.Start();

        JsonElement answer = await Listen(gateway, "clear", "http", $"127.0.0.1:{MeshProcess.FreePorts(1)[0]} transparent");

        JsonElement edge = answer.GetProperty("edges")[0];
        Assert.Equal("failed", edge.GetProperty("state").GetString());
        Assert.Contains("transparent needs the capability CAP_NET_ADMIN", edge.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Either of the two would do for IP_TRANSPARENT.</summary>
    private static string[] WithoutCapability => ["setpriv", "--bounding-set", "-net_admin,-net_raw"];

    /// <summary>By family: a target is reached from the client's address only in its own.</summary>
    private static async Task PreserveSource(Gateway gateway, string name, string protocol, int port)
    {
        foreach ((string family, string host, string clients) in new[] { ("4", NamespaceNetwork.Server, "10.11.0.0/24"), ("6", NamespaceNetwork.Server6, "fd00:11::/64") })
        {
            string id = family == "4" ? name : name + family;
            await gateway.Put($"/services/{id}", new { protocol, host, port, preserve_source = true });
            await gateway.Put($"/routes/{id}", new { protocols = new[] { protocol }, sources = new[] { new { ip = clients } }, service = new { name = id } });
        }
    }

    private static void TurnConnections(HostNamespace gateway)
    {
        string rules = Path.GetTempFileName();
        File.WriteAllText(rules, Divert);
        gateway.Run("nft", "-f", rules);
        File.Delete(rules);
        gateway.Run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        foreach ((string family, string everywhere) in new[] { ("-4", "0.0.0.0/0"), ("-6", "::/0") })
        {
            gateway.Ip(family, "rule", "add", "fwmark", "1", "lookup", "100");
            gateway.Ip(family, "route", "add", "local", everywhere, "dev", "lo", "table", "100");
        }
    }

    private static Task<JsonElement> Listen(Gateway gateway, string name, string kind, params string[] listen) =>
        gateway.Put($"/listeners/{name}", new { kind, listen });

    private static async Task Route(Gateway gateway, string name, string protocol, int port, params string[] destinations)
    {
        await gateway.Put($"/services/{name}", new { protocol, host = NamespaceNetwork.Server, port });
        await gateway.Put($"/routes/{name}", new { protocols = new[] { protocol }, destinations = destinations.Select(ip => new { ip }), service = new { name } });
    }
}
