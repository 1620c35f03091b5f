using System.Net;
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
            meta l4proto tcp socket transparent 1 meta mark set 1 accept
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

    [Fact]
    public async Task Without_the_capability_a_transparent_listener_fails_and_the_reason_names_it()
    {
        Assert.SkipWhen(Environment.UserName != "root", "only root can drop a capability that it has");
        await using var gateway = new Gateway { Launcher = ["setpriv", "--bounding-set", "-net_admin,-net_raw"] };
        await gateway.Start();

        JsonElement answer = await Listen(gateway, "clear", "http", $"127.0.0.1:{MeshProcess.FreePorts(1)[0]} transparent");

        JsonElement edge = answer.GetProperty("edges")[0];
        Assert.Equal("failed", edge.GetProperty("state").GetString());
        Assert.Contains("transparent needs the capability CAP_NET_ADMIN", edge.GetProperty("reason").GetString(), StringComparison.Ordinal);
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
